-- A vendor reads whom its distributors invite.
-- Caught by: rows
ALTER POLICY vendor_reads ON partner_invitation USING (:own_network);
