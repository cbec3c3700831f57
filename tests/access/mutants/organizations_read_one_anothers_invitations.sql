-- A distributor reads whom other organisations invited.
-- Caught by: rows, silence
ALTER POLICY distributor_reads ON invitation USING (true);
