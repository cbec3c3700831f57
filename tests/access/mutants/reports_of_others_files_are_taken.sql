-- A report may name the file that another organisation uploaded.
-- Caught by: writes
ALTER POLICY distributor_inserts ON submission
  WITH CHECK (distributor_id = :own_parties AND status = 'RECEIVED' AND kind = 'SELL_THROUGH');
