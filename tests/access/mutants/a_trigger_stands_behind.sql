-- Rows change by a trigger, which nobody sees who reads the code.
-- Caught by: catalog
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER behind BEFORE INSERT ON agreement FOR EACH ROW
  EXECUTE FUNCTION nothing();
