"""Requests for funds: asked by partners, decided by the vendor or by the terms of the fund."""
