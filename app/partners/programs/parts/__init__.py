"""What belongs to a programme: its tiers with what they ask for, and its benefits."""
