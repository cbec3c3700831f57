"""What every change of an enrolment has in common: one at a time, with its history, and told to the distributors."""
