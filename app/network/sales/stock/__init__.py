"""The stock with which a row of the cube began."""
