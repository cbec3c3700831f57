"""What an agreement says of price protection and stock rotation."""
