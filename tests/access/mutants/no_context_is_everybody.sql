-- Where no party is set, every party passes.
-- Caught by: silence
ALTER POLICY reseller_reads ON sell_through_line USING (reseller_id = :own_parties
  OR nullif(current_setting('tailrace.party_ids', true), '') IS NULL);
