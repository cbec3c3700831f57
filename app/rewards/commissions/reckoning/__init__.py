"""The engine's side of commissions: whose line it is, what agents have earned, and what is approved."""
