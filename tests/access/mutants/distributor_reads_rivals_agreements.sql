-- A distributor reads its rivals' agreements in the same network.
-- Caught by: rows
ALTER POLICY distributor_reads ON agreement USING (:networks);
