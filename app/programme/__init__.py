"""The rules of a distributor programme. Standard library only; no input, no output."""
