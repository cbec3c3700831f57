"""The authorization server: gives an integration a token for its credentials, and publishes the keys that prove it."""
