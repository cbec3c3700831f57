-- A distributor moves the months into which its vendor's figures fall.
-- Caught by: catalog
GRANT UPDATE (start_day, end_day) ON fiscal_month TO tailrace_distributor;
CREATE POLICY distributor_updates ON fiscal_month FOR UPDATE TO tailrace_distributor USING (:networks);
