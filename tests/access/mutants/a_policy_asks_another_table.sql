-- A policy holds a query, which costs much and does not distribute.
-- Caught by: catalog
ALTER POLICY reseller_reads ON reseller_authorization
  USING (EXISTS (SELECT FROM vendor v WHERE v.id = vendor_id) AND reseller_id = :own_parties);
