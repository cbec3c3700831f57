"""Since when stock has stood as it does."""
