-- What a distributor sold to a reseller in a span of whole months, as a computed field of the authorisation.
CREATE TYPE sold AS (units numeric, resale_amount numeric, book_amount numeric, currency text, book_currency text);
CREATE FUNCTION reseller_authorization_sold(a reseller_authorization, period_start date, period_end date)
RETURNS SETOF sold LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT sum(m.units) / 1000, sum(m.disclosed_resale_amount) / 1000000, sum(m.book_amount) / 1000000, min(m.currency),
         min(m.book_currency)
  FROM sell_through_reseller_month m
  WHERE m.vendor_id = a.vendor_id AND m.distributor_id = a.distributor_id AND m.reseller_id = a.reseller_id
    AND m.month >= period_start AND m.month < period_end
$$;
COMMENT ON FUNCTION reseller_authorization_sold IS
  '@behavior typeField typeField:resource:list -typeField:resource:connection';
