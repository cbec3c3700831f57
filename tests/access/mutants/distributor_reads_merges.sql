-- A distributor reads which records its vendor made one.
-- Caught by: catalog, rows
GRANT SELECT ON party_merge TO tailrace_distributor;
CREATE POLICY distributor_reads ON party_merge FOR SELECT TO tailrace_distributor USING (:networks);
