"""Lines that resellers contest, and what their distributors answer."""
