-- A vendor reads which records another made one.
-- Caught by: rows, graph
ALTER POLICY vendor_reads ON party_merge USING (true);
