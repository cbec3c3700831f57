"""What the units of purchases cost a distributor net: after price protection and stock rotation."""
