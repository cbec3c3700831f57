"""The integrations of an organisation, managed by itself."""
