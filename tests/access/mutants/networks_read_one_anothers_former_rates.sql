-- A distributor reads what rates were in networks that it is not in.
-- Caught by: rows
ALTER POLICY distributor_reads ON exchange_rate_before USING (true);
