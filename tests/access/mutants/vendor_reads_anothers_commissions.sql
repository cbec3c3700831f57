-- A vendor reads the statements of another's agents.
-- Caught by: rows
ALTER POLICY vendor_reads ON commission_statement USING (true);
