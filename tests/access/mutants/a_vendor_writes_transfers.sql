-- A vendor writes into the ledger.
-- Caught by: catalog, writes
GRANT INSERT ON transfer TO tailrace_vendor;
CREATE POLICY vendor_inserts ON transfer FOR INSERT TO tailrace_vendor
  WITH CHECK (true);
