-- A vendor changes the sums of its network.
-- Caught by: catalog
GRANT UPDATE (units) ON sell_through_month TO tailrace_vendor;
CREATE POLICY vendor_updates ON sell_through_month FOR UPDATE TO tailrace_vendor
  USING (:own_network);
