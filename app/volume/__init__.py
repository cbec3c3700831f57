"""What a distributor's purchases attain under its agreement: the volume, the tier in force, the price of its orders."""
