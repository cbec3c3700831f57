"""Enrolments: resellers in programmes, their tier, progress and benefits."""
