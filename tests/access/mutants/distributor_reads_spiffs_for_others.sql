-- A distributor reads SPIFFs for the inside sales of other distributors alone.
-- Caught by: rows
ALTER POLICY distributor_reads ON spiff USING (:networks AND audience = 'DISTRIBUTOR');
