-- A distributor reads what stands in the ledger about its rivals.
-- Caught by: rows
ALTER POLICY distributor_reads ON transfer USING (:networks);
