-- Nothing proves that an agreement is the distributor's own.
-- Caught by: writes
ALTER TABLE submission DROP CONSTRAINT fk_submission_vendor_id_agreement_id_distributor_id;
