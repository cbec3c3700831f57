-- A vendor reads certifications that distributors keep to themselves.
-- Caught by: rows
ALTER POLICY vendor_reads ON certification USING (:own_network);
