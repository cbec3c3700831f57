-- A distributor reads what resellers contest of its rivals.
-- Caught by: rows
ALTER POLICY distributor_reads ON contested_line USING (:networks);
