-- A distributor reads what the scorecards of its rivals weigh.
-- Caught by: rows
ALTER POLICY distributor_reads ON scorecard_weights USING (:networks);
