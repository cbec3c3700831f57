-- A distributor reads deals that name another one as their supplier.
-- Caught by: rows
ALTER POLICY distributor_reads ON deal USING (:networks);
