"""What trying a report or an alias out says of claims."""
