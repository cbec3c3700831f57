"""What the clock does about funds: it accrues, and lets run out what was not used in time."""
