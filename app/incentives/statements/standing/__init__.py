"""Where statements stood at past moments."""
