"""How far a programme is taken up: who could take part, who does, in which tier."""
