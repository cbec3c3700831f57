-- A distributor lets pass, in the vendor's name, what its agreement holds.
-- Caught by: decisions
ALTER POLICY distributor_inserts ON held_decision WITH CHECK (distributor_id = :own_parties);
