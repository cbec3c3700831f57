"""Reports: how a partner's report is received, read, checked, placed and counted."""
