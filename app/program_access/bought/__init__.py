"""What resellers bought in windows of days, from what is kept by months and by days."""
