"""What becomes of assignments of agents, where records are merged."""
