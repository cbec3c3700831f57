-- A distributor reads what its rivals' columns are called.
-- Caught by: rows, graph
ALTER POLICY distributor_reads ON report_profile USING (:networks);
