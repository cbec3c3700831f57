"""Statements: what a term owes for a pay period, from calculation through decisions to the credit, explained to the line."""
