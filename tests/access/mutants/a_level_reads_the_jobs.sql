-- A level sees the jobs of everybody.
-- Caught by: catalog
GRANT USAGE ON SCHEMA jobs TO tailrace_reseller;
GRANT SELECT ON ALL TABLES IN SCHEMA jobs TO tailrace_reseller;
