-- A vendor reads what is wrong with its distributor's dry run.
-- Caught by: previews
ALTER POLICY vendor_reads ON submission_issue USING (:own_network);
