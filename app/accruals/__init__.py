"""What each incentive has earned so far, kept beside the lines that earned it."""
