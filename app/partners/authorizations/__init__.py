"""Authorisations: which reseller may buy from which distributor, under which accounts and credit terms."""
