"""An organisation's own affairs: its users and invitations, its integrations, and which partner it is in which network."""
