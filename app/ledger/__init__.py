"""The ledger: append-only transfers between the accounts of an agreement."""
