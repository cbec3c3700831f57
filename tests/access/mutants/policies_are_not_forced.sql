-- The owner of a table passes its policies.
-- Caught by: catalog
ALTER TABLE agreement NO FORCE ROW LEVEL SECURITY;
