-- A distributor countersigns its own review.
-- Caught by: plans
ALTER POLICY distributor_updates ON plan_review USING (distributor_id = :own_parties) WITH CHECK (distributor_id = :own_parties);
