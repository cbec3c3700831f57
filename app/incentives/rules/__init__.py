"""How the rule of an incentive is shown and entered."""
