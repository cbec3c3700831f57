-- A vendor reads what was decided about accounts that its agreement does not disclose.
-- Caught by: decisions
ALTER POLICY vendor_reads ON held_decision USING (:own_network);
