"""What incentives have earned so far, as vendors and distributors see it."""
