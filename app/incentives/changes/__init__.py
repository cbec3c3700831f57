"""Why what an incentive has accrued changed: posting by posting, each with its cause."""
