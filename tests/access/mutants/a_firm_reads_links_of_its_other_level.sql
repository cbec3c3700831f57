-- A firm that is a distributor here and a reseller there learns as the one which partner it is as the other.
-- Caught by: rows
ALTER POLICY reseller_reads ON party_link USING (organization_id = current_setting('tailrace.organization_id')::uuid);
