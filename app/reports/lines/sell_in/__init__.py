"""What the vendor invoiced to a distributor, line by line."""
