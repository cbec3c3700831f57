"""What becomes of enrolments where two records of one reseller become one."""
