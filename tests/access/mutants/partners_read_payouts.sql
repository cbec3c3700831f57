-- A reseller reads what is paid to the people of all firms.
-- Caught by: catalog, rows
GRANT SELECT ON payout_line TO tailrace_reseller;
CREATE POLICY reseller_reads ON payout_line FOR SELECT TO tailrace_reseller USING (:networks);
