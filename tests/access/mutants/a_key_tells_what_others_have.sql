-- A key over all networks: adding what another vendor has tells that it has it.
-- Caught by: catalog
CREATE UNIQUE INDEX one_gtin_for_all ON product (gtin);
