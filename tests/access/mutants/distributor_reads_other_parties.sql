-- A distributor reads the vendor's record of everybody.
-- Caught by: rows, graph
ALTER POLICY distributor_reads ON party USING (:networks);
