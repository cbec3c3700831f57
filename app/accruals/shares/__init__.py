"""What each line has of a payment: recomputed from the lines whenever it is asked for, page by page."""
