"""Reckoning accruals anew: of an incentive that came into force or ends, of a network whose calendar has changed."""
