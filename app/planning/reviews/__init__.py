"""The reviews of business plans that both sides held, with the figures that they looked at."""
