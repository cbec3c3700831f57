-- A reseller reads the programmes for distributors.
-- Caught by: rows
ALTER POLICY reseller_reads ON program USING (:networks);
