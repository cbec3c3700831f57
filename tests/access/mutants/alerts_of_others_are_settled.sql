-- A distributor settles what the other distributors of a network are told.
-- Caught by: writes
ALTER POLICY distributor_reads ON alert USING (:networks AND audience = 'DISTRIBUTOR');
ALTER POLICY distributor_updates ON alert USING (:networks AND audience = 'DISTRIBUTOR') WITH CHECK (:networks AND audience = 'DISTRIBUTOR');
