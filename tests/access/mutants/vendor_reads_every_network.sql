-- A vendor's policy lost its network.
-- Caught by: rows, graph
ALTER POLICY vendor_reads ON agreement USING (true);
