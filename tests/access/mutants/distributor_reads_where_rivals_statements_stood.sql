-- A distributor reads where statements of its rivals stood.
-- Caught by: rows
ALTER POLICY distributor_reads ON statement_standing USING (:networks);
