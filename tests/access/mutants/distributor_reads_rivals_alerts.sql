-- A distributor reads what the other distributors of a network are told.
-- Caught by: rows, graph
ALTER POLICY distributor_reads ON alert USING (:networks AND audience = 'DISTRIBUTOR');
