"""Every table, one file per subject, with its row-level policies beside it."""
