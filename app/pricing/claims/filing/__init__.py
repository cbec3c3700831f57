"""Filing: which lines a claim is about."""
