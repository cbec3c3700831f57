"""How people sign in: the pages, passwords, lockout, and the session of a browser."""
