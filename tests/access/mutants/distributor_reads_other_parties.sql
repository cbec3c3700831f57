-- A distributor reads the vendor's record of everybody.
-- Caught by: rows
ALTER POLICY distributor_reads ON party USING (:networks);
