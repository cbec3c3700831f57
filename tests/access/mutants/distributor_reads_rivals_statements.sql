-- A distributor reads its rivals' statements.
-- Caught by: rows
ALTER POLICY distributor_reads ON statement USING (:networks);
