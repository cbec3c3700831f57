-- A distributor changes what it has earned.
-- Caught by: catalog, writes
GRANT UPDATE (earned_minor) ON accrual TO tailrace_distributor;
CREATE POLICY distributor_updates ON accrual FOR UPDATE TO tailrace_distributor
  USING (true) WITH CHECK (true);
