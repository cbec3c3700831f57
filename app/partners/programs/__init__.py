"""Programmes with their ranked tiers, requirements and benefits."""
