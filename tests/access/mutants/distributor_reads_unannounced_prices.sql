-- A price is read before its announcement.
-- Caught by: rows, graph
ALTER POLICY distributor_reads ON book_price USING (:networks);
