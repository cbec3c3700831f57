"""The explanation of a statement as a file, from which a spreadsheet recomputes it."""
