-- An agent reads which reseller and which end customer it is assigned.
-- Caught by: catalog
GRANT SELECT (bought_by_id, customer_name) ON agent_assignment TO tailrace_reseller;
