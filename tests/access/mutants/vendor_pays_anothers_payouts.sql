-- A vendor says that payouts of another were paid.
-- Caught by: rows
ALTER POLICY vendor_reads ON payout USING (true);
ALTER POLICY vendor_updates ON payout USING (true) WITH CHECK (true);
