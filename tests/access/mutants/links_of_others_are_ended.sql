-- A distributor takes other firms out of a network.
-- Caught by: rows, writes
ALTER POLICY distributor_reads ON party_link USING (:networks);
ALTER POLICY distributor_updates ON party_link USING (:networks) WITH CHECK (:networks);
