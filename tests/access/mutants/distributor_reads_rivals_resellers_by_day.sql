-- A distributor reads what resellers bought of its rivals, day by day.
-- Caught by: rows
ALTER POLICY distributor_reads ON sell_through_reseller_day USING (:networks);
