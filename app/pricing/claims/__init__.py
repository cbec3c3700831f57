"""Claims against special prices: filed, decided, credited, taken back."""
