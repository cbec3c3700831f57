-- A distributor suspends the resellers of its rivals.
-- Caught by: writes
ALTER POLICY distributor_reads ON reseller_authorization USING (:networks);
ALTER POLICY distributor_updates ON reseller_authorization
  USING (:networks) WITH CHECK (:networks);
