"""Taking up an invitation: into an organisation, or of a firm to be a party of a vendor's network."""
