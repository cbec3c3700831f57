-- Whoever had a name erased reads it again.
-- Caught by: catalog
GRANT SELECT (name) ON erasure TO tailrace_vendor, tailrace_distributor, tailrace_reseller;
