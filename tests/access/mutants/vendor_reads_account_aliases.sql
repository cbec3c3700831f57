-- A vendor reads which account is whose.
-- Caught by: rows, graph
ALTER POLICY vendor_reads ON alias USING (:own_network);
