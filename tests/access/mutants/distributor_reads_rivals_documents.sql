-- A distributor reads what its rivals handed in about themselves.
-- Caught by: rows
ALTER POLICY distributor_reads ON compliance_document USING (:networks);
