"""Onboarding tracks of programmes, and how far each partner is."""
