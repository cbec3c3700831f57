-- The disclosed flag of credit terms is ignored.
-- Caught by: rows
ALTER POLICY vendor_reads ON credit_terms USING (:own_network);
