-- A vendor reads its record of a reseller that no agreement discloses.
-- Caught by: rows, graph
ALTER POLICY vendor_reads ON party USING (:own_network);
