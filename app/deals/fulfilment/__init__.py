"""What was sold of what was registered: lines that fulfil a deal, and the report about it."""
