-- A vendor sets another vendor's fiscal calendar.
-- Caught by: writes
ALTER POLICY vendor_inserts ON fiscal_calendar WITH CHECK (true);
ALTER POLICY vendor_updates ON fiscal_calendar USING (true) WITH CHECK (true);
