-- A vendor reads whom the other vendors pay.
-- Caught by: rows
ALTER POLICY vendor_reads ON payout_line USING (true);
