"""What is asked of the database to verify the ledger."""
