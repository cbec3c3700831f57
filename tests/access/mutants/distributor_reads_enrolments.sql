-- A distributor is granted the enrolments themselves.
-- Caught by: catalog
GRANT SELECT ON enrollment TO tailrace_distributor;
CREATE POLICY distributor_reads ON enrollment FOR SELECT TO tailrace_distributor
  USING (:networks);
