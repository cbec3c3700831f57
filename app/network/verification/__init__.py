"""Whether every rollup is the sum of its facts, and every fact stands on something that exists."""
