-- A distributor hands a report in for another one.
-- Caught by: writes
ALTER POLICY distributor_inserts ON submission WITH CHECK (kind = 'SELL_THROUGH' AND status = 'RECEIVED');
