"""What a merge, or undoing it, would do."""
