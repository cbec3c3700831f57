-- A distributor reads what vendor and reseller say to one another about a deal.
-- Caught by: catalog
GRANT SELECT (decision_reason, close_reason) ON deal TO tailrace_distributor;
