-- A distributor's code stands again for what it was undone from, and no row follows.
-- Caught by: decisions
ALTER POLICY distributor_updates ON alias WITH CHECK (distributor_id = :own_parties);
