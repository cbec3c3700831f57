"""What vendor and distributor agree that stock should be."""
