-- A distributor says itself that the vendor has confirmed whom it invites.
-- Caught by: writes
ALTER POLICY distributor_inserts ON partner_invitation WITH CHECK (distributor_id = :own_parties);
