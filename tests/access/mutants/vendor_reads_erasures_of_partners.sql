-- A vendor reads what its partners had erased.
-- Caught by: rows
ALTER POLICY vendor_reads ON erasure USING (:own_network);
