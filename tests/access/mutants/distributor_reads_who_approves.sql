-- A distributor reads who of the vendor decided about its statements.
-- Caught by: catalog
GRANT SELECT (decided_by_name) ON statement_decision TO tailrace_distributor;
