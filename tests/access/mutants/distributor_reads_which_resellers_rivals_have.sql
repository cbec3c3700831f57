-- A distributor reads which resellers of its rivals an incentive counts.
-- Caught by: rows
ALTER POLICY distributor_reads ON incentive_reseller USING (:networks);
