-- A vendor reads what its distributors' columns are called.
-- Caught by: rows, graph
ALTER POLICY vendor_reads ON report_profile USING (:own_network);
