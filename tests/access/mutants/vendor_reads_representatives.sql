-- A vendor reads whom firms name, before it pays them.
-- Caught by: catalog, rows
GRANT SELECT ON spiff_rep TO tailrace_vendor;
CREATE POLICY vendor_reads ON spiff_rep FOR SELECT TO tailrace_vendor USING (:own_network);
