"""The cube over a reseller's own purchases."""
