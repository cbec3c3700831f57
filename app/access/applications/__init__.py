"""Applying to take part in a programme: the page that a published link leads to."""
