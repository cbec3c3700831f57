-- A table has policies that are not enabled.
-- Caught by: catalog, rows
ALTER TABLE enrollment_event DISABLE ROW LEVEL SECURITY;
