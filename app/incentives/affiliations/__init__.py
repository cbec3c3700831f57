"""Groups of affiliates: proposed by the vendor, in force once each of their distributors has accepted."""
