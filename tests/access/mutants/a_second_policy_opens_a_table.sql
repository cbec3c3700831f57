-- Policies add up: a second one lets everything pass.
-- Caught by: rows
CREATE POLICY more ON sell_in_line FOR SELECT TO tailrace_distributor
  USING (true);
