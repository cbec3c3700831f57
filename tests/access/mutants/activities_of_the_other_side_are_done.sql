-- A vendor says what its distributor did.
-- Caught by: plans
ALTER POLICY vendor_updates ON plan_activity USING (:own_network) WITH CHECK (:own_network);
