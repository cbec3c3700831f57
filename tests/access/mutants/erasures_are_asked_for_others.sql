-- A reseller has names of others erased.
-- Caught by: writes
ALTER POLICY reseller_inserts ON erasure WITH CHECK (:networks);
