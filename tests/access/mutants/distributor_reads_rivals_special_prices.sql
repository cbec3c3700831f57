-- A distributor reads the special prices of its rivals.
-- Caught by: rows, graph
ALTER POLICY distributor_reads ON special_price USING (:networks);
