"""How the resellers of a network develop, as far as the asker sees them."""
