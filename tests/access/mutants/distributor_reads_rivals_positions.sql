-- A distributor reads the stock positions that are kept of its rivals.
-- Caught by: rows
ALTER POLICY distributor_reads ON stock_position USING (:networks);
