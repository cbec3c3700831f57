-- A distributor reads the reviews of its rivals.
-- Caught by: rows
ALTER POLICY distributor_reads ON plan_review USING (:networks);
