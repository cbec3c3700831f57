-- A vendor reads what its distributor's dry run would change.
-- Caught by: previews
ALTER POLICY vendor_reads ON submission_effect USING (:own_network);
