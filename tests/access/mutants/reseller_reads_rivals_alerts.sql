-- A reseller is told what its rivals should act on.
-- Caught by: rows
ALTER POLICY reseller_reads ON alert USING (:networks AND audience = 'RESELLER');
