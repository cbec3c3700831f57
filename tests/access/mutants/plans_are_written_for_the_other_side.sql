-- A distributor writes a version in the vendor's name.
-- Caught by: writes
ALTER POLICY distributor_inserts ON business_plan_version WITH CHECK (distributor_id = :own_parties);
