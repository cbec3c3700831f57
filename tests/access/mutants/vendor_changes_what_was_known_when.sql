-- A vendor moves the moment at which a change of its figures became known.
-- Caught by: catalog
GRANT UPDATE (known_at) ON knowledge TO tailrace_vendor;
CREATE POLICY vendor_updates ON knowledge FOR UPDATE TO tailrace_vendor USING (:own_network);
