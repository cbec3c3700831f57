"""Lines that count again, because what had taken their place no longer does."""
