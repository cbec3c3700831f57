-- A distributor is told of acts that concern its rivals.
-- Caught by: rows
ALTER POLICY distributor_reads ON audit_notice USING (:networks AND audience = 'DISTRIBUTOR');
