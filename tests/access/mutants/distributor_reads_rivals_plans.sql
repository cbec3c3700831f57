-- A distributor reads what its rivals plan.
-- Caught by: rows
ALTER POLICY distributor_reads ON business_plan_version USING (:networks);
