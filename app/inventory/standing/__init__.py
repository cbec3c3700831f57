"""How stock positions stand."""
