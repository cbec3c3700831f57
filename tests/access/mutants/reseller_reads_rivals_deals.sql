-- A reseller reads what its rivals registered.
-- Caught by: rows, graph
ALTER POLICY reseller_reads ON deal USING (:networks);
