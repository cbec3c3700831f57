-- A distributor reads the reviews of its rivals.
-- Caught by: rows, graph
ALTER POLICY distributor_reads ON plan_review USING (:networks);
