-- An agent reads the lines for which others are paid.
-- Caught by: rows
ALTER POLICY reseller_reads ON commission_line USING (:networks);
