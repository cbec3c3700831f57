"""Vendors, distributors and resellers, as each may know the others."""
