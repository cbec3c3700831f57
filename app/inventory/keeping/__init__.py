"""Stock positions that are kept ready."""
