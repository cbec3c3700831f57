-- A column that agreements may withhold is granted to the vendor.
-- Caught by: catalog
GRANT SELECT (unit_price) ON sell_through_line TO tailrace_vendor;
