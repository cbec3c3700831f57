"""What a person lets a client do: the codes, refresh tokens and access tokens that come of it, and how they end."""
