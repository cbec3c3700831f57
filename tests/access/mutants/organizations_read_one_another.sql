-- Anybody reads the name of every organisation.
-- Caught by: rows
ALTER POLICY vendor_reads ON organization USING (true);
ALTER POLICY distributor_reads ON organization USING (true);
