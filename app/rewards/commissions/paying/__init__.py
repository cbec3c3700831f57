"""From what agents earned to what was paid: calculated, approved, paid."""
