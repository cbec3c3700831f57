"""Calculating pay periods that are over, as `worker`, in the turns of the distributors."""
