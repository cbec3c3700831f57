"""Authorisations suspended and reinstated, at once or on a day to come."""
