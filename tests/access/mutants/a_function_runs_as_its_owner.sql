-- A function reads past every policy for whoever calls it.
-- Caught by: catalog
CREATE FUNCTION lines_of(vendor uuid) RETURNS SETOF sell_through_line LANGUAGE sql SECURITY DEFINER
  AS 'SELECT * FROM sell_through_line WHERE vendor_id = vendor';
