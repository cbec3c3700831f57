-- Everybody who reaches the database reads a table.
-- Caught by: catalog
GRANT SELECT ON product TO PUBLIC;
