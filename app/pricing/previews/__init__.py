"""What claims come to with what is tried out."""
