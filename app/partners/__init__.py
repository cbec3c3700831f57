"""Organisations, programmes, agreements, authorisations and enrolments: who takes part in a network, and on what terms."""
