-- A partner reads how much of a SPIFF there is for all.
-- Caught by: catalog
GRANT SELECT (budget_minor) ON spiff TO tailrace_reseller, tailrace_distributor;
