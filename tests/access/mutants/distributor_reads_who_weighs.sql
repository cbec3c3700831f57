-- A distributor reads who of the vendor set the weights.
-- Caught by: catalog
GRANT SELECT (set_by) ON scorecard_weights TO tailrace_distributor;
