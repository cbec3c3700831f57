"""What of a reseller's credit is used."""
