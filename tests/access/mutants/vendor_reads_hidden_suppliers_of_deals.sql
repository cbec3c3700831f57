-- A vendor reads who supplies a deal where the agreement keeps that to itself.
-- Caught by: catalog
GRANT SELECT (distributor_id) ON deal TO tailrace_vendor;
