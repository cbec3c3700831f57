"""Which firm is which party of a network: partners invited, links accepted and ended."""
