"""How fast Tailrace is beside something that does the same with less: each ratio is measured in one run, on one machine."""
