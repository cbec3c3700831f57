-- A distributor reads when its rivals' reports became known, and how many there are.
-- Caught by: catalog, rows
GRANT SELECT ON knowledge TO tailrace_distributor;
CREATE POLICY distributor_reads ON knowledge FOR SELECT TO tailrace_distributor USING (:networks);
