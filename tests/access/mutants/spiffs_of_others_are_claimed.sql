-- A reseller claims SPIFFs in the name of others.
-- Caught by: writes
ALTER POLICY reseller_inserts ON spiff_claim WITH CHECK (:networks);
