"""Whether incentives work: cost against incremental sales, and how many take part."""
