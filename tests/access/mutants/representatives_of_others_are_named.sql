-- A reseller names people of other firms.
-- Caught by: writes
ALTER POLICY reseller_inserts ON spiff_rep WITH CHECK (:networks);
