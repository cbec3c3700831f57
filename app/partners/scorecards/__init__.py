"""How both sides keep an agreement, scored with visible weights."""
