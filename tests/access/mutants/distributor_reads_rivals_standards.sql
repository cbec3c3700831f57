-- A distributor reads how much stock its rivals should hold.
-- Caught by: rows
ALTER POLICY distributor_reads ON inventory_standard USING (:networks);
