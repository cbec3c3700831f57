"""What partners are enabled by: certifications, documents, onboarding tracks, and what distributors do for resellers."""
