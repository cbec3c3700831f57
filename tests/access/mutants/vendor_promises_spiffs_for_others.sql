-- A vendor writes SPIFFs into networks of others.
-- Caught by: writes
ALTER POLICY vendor_inserts ON spiff WITH CHECK (true);
