"""What is found about the gates of a rule when a period is calculated."""
