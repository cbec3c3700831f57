"""Mail: stored in the transaction that gives rise to it, and sent by the worker, by SMTP or into a folder."""
