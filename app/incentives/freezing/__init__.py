"""Which resellers an incentive counts, written down when it is proposed."""
