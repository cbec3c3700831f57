-- An agent reads at which book value its lines count.
-- Caught by: catalog
GRANT SELECT (base) ON commission_statement TO tailrace_reseller;
GRANT SELECT (amount) ON commission_line TO tailrace_reseller;
