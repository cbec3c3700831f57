-- A distributor reads what its resellers claim on what it sold them.
-- Caught by: rows
ALTER POLICY distributor_reads ON spiff_claim USING (:networks AND (distributor_id = :own_parties OR seller_id = :own_parties));
