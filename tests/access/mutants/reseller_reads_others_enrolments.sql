-- A reseller reads every enrolment of its networks.
-- Caught by: rows, graph
ALTER POLICY reseller_reads ON enrollment USING (:networks);
