"""What came back of the sales of earlier pay periods."""
