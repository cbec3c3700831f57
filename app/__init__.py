"""Tailrace: a distributor programme over three levels, as one GraphQL API."""
