-- A vendor is told that something is wrong with a price that its agreement does not disclose.
-- Caught by: rows, graph
ALTER POLICY vendor_reads ON submission_issue USING (:own_network AND (previewed_by IS NULL OR previewed_by = 'VENDOR'));
