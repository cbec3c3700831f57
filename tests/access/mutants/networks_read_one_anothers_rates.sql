-- A reseller reads the exchange rates of every vendor.
-- Caught by: rows
ALTER POLICY reseller_reads ON exchange_rate USING (true);
