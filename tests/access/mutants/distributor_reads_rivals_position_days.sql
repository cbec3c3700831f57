-- A distributor reads of which days the stock positions of its rivals are kept.
-- Caught by: rows
ALTER POLICY distributor_reads ON stock_position_day USING (:networks);
