"""Webhooks: organisations are told of what happens, each at its own address, signed, and again until it has heard."""
