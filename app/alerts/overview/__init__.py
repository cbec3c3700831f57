"""What needs a person today: the open alerts of somebody, kind by kind, ranked."""
