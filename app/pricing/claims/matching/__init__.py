"""Which lines a special price could be claimed for, and what each would pay."""
