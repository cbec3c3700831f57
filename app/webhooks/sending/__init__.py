"""Sending what was written down for webhooks, until it is taken or given up."""
