-- A distributor files a claim that says of itself that it was approved and paid.
-- Caught by: writes
ALTER POLICY distributor_inserts ON spiff_claim WITH CHECK (distributor_id = :own_parties);
