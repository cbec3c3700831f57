-- A distributor reads what its rivals had erased.
-- Caught by: rows
ALTER POLICY distributor_reads ON erasure USING (:networks);
