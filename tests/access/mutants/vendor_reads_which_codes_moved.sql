-- A vendor reads which account numbers and codes a merge moved.
-- Caught by: catalog
GRANT SELECT (row_key, before, after) ON party_merge_change TO tailrace_vendor;
