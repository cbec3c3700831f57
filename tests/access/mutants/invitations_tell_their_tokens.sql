-- A reseller reads by what an invitation is proven.
-- Caught by: catalog
GRANT SELECT (token_hash) ON invitation TO tailrace_reseller;
