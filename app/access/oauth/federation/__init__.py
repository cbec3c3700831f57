"""Organisations that sign their people and machines in themselves: their OpenID providers and their token issuers."""
