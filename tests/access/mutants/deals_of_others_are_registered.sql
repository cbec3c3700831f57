-- A reseller registers deals in the name of others.
-- Caught by: writes
ALTER POLICY reseller_inserts ON deal WITH CHECK (:networks);
