-- A reseller reads what distributors' inside sales are promised.
-- Caught by: rows
ALTER POLICY reseller_reads ON spiff USING (:networks);
