"""What partners' people are paid: SPIFFs for representatives, and commissions for agents."""
