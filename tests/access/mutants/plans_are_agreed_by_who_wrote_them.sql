-- A vendor agrees to the version that it wrote.
-- Caught by: plans
ALTER POLICY vendor_updates ON business_plan_version WITH CHECK (:own_network);
