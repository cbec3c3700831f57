-- A distributor hands in what only its vendor sees.
-- Caught by: previews
ALTER POLICY distributor_inserts ON submission WITH CHECK (distributor_id = :own_parties AND status = 'RECEIVED');
