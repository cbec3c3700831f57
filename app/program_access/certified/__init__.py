"""Whether resellers hold the certifications that their programmes require."""
