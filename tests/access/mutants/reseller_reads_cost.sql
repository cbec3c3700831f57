-- A reseller is granted what its distributor paid.
-- Caught by: catalog
GRANT SELECT (book_amount) ON sell_through_line TO tailrace_reseller;
