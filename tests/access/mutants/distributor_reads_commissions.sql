-- A distributor reads what its vendor pays agents.
-- Caught by: catalog, rows
GRANT SELECT ON commission_statement TO tailrace_distributor;
CREATE POLICY distributor_reads ON commission_statement FOR SELECT TO tailrace_distributor USING (:networks);
