-- A vendor reads what its distributors are told, their reminders among it.
-- Caught by: rows, graph
ALTER POLICY vendor_reads ON alert USING (:own_network);
