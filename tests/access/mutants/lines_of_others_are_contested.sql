-- A reseller contests lines in the name of others.
-- Caught by: writes
ALTER POLICY reseller_inserts ON contested_line WITH CHECK (:networks);
