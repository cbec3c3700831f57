-- An agent reads what is assigned to others.
-- Caught by: rows
ALTER POLICY reseller_reads ON agent_assignment USING (:networks);
