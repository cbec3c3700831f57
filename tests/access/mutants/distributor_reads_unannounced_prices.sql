-- A price is read before its announcement.
-- Caught by: rows
ALTER POLICY distributor_reads ON book_price USING (:networks);
