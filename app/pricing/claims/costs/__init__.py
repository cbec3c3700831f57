"""What the units of claimed lines had cost."""
