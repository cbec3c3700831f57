-- A reseller reads the funds of every partner.
-- Caught by: rows, graph
ALTER POLICY reseller_reads ON fund USING (:networks);
