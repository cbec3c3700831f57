"""The only floor that talks to PostgreSQL: connections, transactions, jobs, and the embedded server."""
