"""Counts and movements that come back when what had taken their place is taken back."""
