-- A firm that is a distributor here and a reseller there reads as the one what it keeps as the other.
-- Caught by: rows
ALTER POLICY reseller_reads ON webhook USING (organization_id = current_setting('tailrace.organization_id')::uuid);
