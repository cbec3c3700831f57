-- A distributor reads floors of advertised prices before they are announced.
-- Caught by: rows
ALTER POLICY distributor_reads ON advertised_price_floor USING (:networks);
