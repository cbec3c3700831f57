-- A distributor reads what was decided about the held rows of its rivals.
-- Caught by: rows, graph
ALTER POLICY distributor_reads ON held_decision USING (:networks);
