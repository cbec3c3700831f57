-- A reseller reads what its rivals' people claimed.
-- Caught by: rows
ALTER POLICY reseller_reads ON spiff_claim USING (:networks);
