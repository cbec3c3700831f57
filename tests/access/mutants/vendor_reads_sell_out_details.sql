-- A vendor reads what its resellers sold, to whom and at which price.
-- Caught by: catalog
GRANT SELECT ON sell_out_line TO tailrace_vendor;
