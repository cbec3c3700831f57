-- A distributor reads which segments its vendor makes.
-- Caught by: catalog, rows
GRANT SELECT ON segment TO tailrace_distributor;
CREATE POLICY distributor_reads ON segment FOR SELECT TO tailrace_distributor USING (:networks);
