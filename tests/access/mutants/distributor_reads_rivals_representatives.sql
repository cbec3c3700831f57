-- A distributor reads the inside sales people of its rivals.
-- Caught by: rows
ALTER POLICY distributor_reads ON spiff_rep USING (:networks);
