-- A vendor reads the secret that signs what it is told.
-- Caught by: catalog
GRANT SELECT (secret, previous_secret) ON webhook TO tailrace_vendor;
