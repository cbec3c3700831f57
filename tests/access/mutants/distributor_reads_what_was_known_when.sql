-- A distributor reads when its rivals' reports became known, and how many there are.
-- Caught by: rows
ALTER POLICY distributor_reads ON knowledge USING (:networks);
