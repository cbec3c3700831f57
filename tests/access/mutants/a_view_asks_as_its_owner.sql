-- A view shows what its owner sees.
-- Caught by: catalog
CREATE VIEW every_line AS SELECT * FROM sell_through_line;
GRANT SELECT ON every_line TO tailrace_vendor;
