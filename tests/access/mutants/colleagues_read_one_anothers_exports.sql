-- Everybody of a firm reads what one of them asked to have as a file.
-- Caught by: rows
ALTER POLICY vendor_reads ON export USING (organization_id = current_setting('tailrace.organization_id')::uuid);
