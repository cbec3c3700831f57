-- A distributor's policy is widened from itself to its networks.
-- Caught by: rows, graph
ALTER POLICY distributor_reads ON sell_through_line USING (:networks);
