-- An agent reads what other agents of the network earned.
-- Caught by: rows, graph
ALTER POLICY reseller_reads ON commission_statement USING (:networks);
