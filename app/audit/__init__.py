"""The audit: what an organisation did, and what others did that concerns it."""
