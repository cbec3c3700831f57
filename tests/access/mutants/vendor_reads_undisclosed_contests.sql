-- A vendor reads what resellers contest that it does not know.
-- Caught by: rows
ALTER POLICY vendor_reads ON contested_line USING (:own_network);
