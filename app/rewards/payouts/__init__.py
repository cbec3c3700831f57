"""What is paid together: approved claims, gathered by representative, exported, and paid by a second person."""
