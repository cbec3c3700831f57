"""The lines of a record that is merged are placed anew."""
