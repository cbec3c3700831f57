-- A vendor says that a merge was applied, or asks for one in the name of another.
-- Caught by: writes
ALTER POLICY vendor_inserts ON party_merge WITH CHECK (:own_network);
