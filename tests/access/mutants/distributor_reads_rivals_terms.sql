-- A distributor reads what its rivals were offered.
-- Caught by: rows, graph
ALTER POLICY distributor_reads ON incentive_term USING (:networks);
