-- Somebody of a vendor approves commissions in the name of another.
-- Caught by: writes
ALTER POLICY vendor_inserts ON commission_approval WITH CHECK (true);
