"""Names of people and end customers are erased for good by whoever holds them; what was counted stays as it was counted."""
