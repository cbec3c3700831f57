"""Special prices that are granted for a deal: what of the deal they have to fit."""
