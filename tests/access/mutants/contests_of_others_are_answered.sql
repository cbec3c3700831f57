-- A distributor answers what was contested of its rivals.
-- Caught by: writes
ALTER POLICY distributor_reads ON contested_line USING (:networks);
ALTER POLICY distributor_updates ON contested_line USING (:networks) WITH CHECK (:networks);
