"""What was paid in advance on a pay period, recorded by the vendor's finance."""
