-- A distributor reads which requirements its rivals' sales meet.
-- Caught by: catalog, rows
GRANT SELECT ON tier_standing TO tailrace_distributor;
CREATE POLICY distributor_reads ON tier_standing FOR SELECT TO tailrace_distributor USING (:networks);
