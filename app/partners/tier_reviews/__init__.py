"""Tiers reviewed by rule: previewed, carried out by the clock or at once, and explained."""
