-- Who did what is read by the vendor of the network, and not by who did it alone.
-- Caught by: rows
ALTER POLICY vendor_reads ON audit_event USING (:own_network);
