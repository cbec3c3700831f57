-- A distributor files claims in the name of others.
-- Caught by: writes
ALTER POLICY distributor_inserts ON debit_claim WITH CHECK (true);
