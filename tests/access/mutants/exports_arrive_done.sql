-- Somebody asks for a file that is done already.
-- Caught by: writes
ALTER POLICY vendor_inserts ON export WITH CHECK (organization_id = current_setting('tailrace.organization_id')::uuid);
