-- A distributor is granted the incentives themselves, with drafts and budgets.
-- Caught by: catalog, rows
GRANT SELECT ON incentive TO tailrace_distributor;
CREATE POLICY distributor_reads ON incentive FOR SELECT TO tailrace_distributor
  USING (:networks);
