-- A vendor reads who is authorised where the agreement does not disclose resellers.
-- Caught by: rows
ALTER POLICY vendor_reads ON reseller_authorization USING (:own_network);
