-- A vendor reads what was wrong in a withheld column.
-- Caught by: catalog
GRANT SELECT (value) ON submission_issue TO tailrace_vendor;
