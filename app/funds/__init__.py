"""Market development and co-op funds: granted or accrued, asked for, claimed with proof, and paid."""
