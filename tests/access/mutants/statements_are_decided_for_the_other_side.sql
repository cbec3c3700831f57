-- A distributor approves statements.
-- Caught by: writes
ALTER POLICY distributor_inserts ON statement_decision WITH CHECK (:networks);
