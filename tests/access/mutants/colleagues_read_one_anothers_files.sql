-- Everybody of a firm reads the bytes of a file that one of them asked for.
-- Caught by: rows
ALTER POLICY distributor_reads ON export_chunk USING (organization_id = current_setting('tailrace.organization_id')::uuid);
