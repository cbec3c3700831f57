-- A vendor reads what its distributors' columns are called.
-- Caught by: rows
GRANT SELECT ON report_profile TO tailrace_vendor;
CREATE POLICY vendor_reads ON report_profile FOR SELECT TO tailrace_vendor USING (:own_network);
