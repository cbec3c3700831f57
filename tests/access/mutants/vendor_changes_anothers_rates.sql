-- A vendor puts another vendor's exchange rates right.
-- Caught by: writes
ALTER POLICY vendor_updates ON exchange_rate USING (true) WITH CHECK (true);
