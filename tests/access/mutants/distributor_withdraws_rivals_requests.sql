-- A distributor reads and takes back what its rivals asked of their funds.
-- Caught by: rows, writes
ALTER POLICY distributor_reads ON fund_request USING (:networks);
ALTER POLICY distributor_updates ON fund_request USING (:networks) WITH CHECK (:networks);
