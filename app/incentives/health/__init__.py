"""What is wrong with how a programme is designed."""
