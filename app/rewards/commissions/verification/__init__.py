"""Whether what is kept of commissions holds together."""
