-- A distributor reads the rows of its vendor's dry runs.
-- Caught by: previews
ALTER POLICY distributor_reads ON report_row USING (distributor_id = :own_parties);
