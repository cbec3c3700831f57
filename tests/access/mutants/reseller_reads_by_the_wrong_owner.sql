-- The wrong owner column: a reseller sees the sums of whoever sold to it.
-- Caught by: rows
ALTER POLICY reseller_reads ON sell_through_month USING (distributor_id = :own_parties);
