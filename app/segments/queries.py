"""Who belongs to which segment, as a list that other statements are written around.

A reseller belongs to a segment that it was put into by hand, or whose rule it meets today: one of the kinds of firm, one of
the countries, and an active enrolment in the programme, from a tier on. What a rule does not name, everybody meets. Only a
vendor reads any of it.
"""


def members(vendors: str, segments: str | None = None) -> str:
    """SELECT vendor_id, segment_id, reseller_id: each reseller of these networks once for each segment to which it belongs
    today. `vendors`, and `segments` where only some are asked about, are SQL of arrays of ids."""
    only = f" AND s.id = ANY ({segments})" if segments is not None else ""
    return (
        "SELECT m.vendor_id, m.segment_id, m.reseller_id FROM segment_member m"
        f" JOIN segment s ON s.vendor_id = m.vendor_id AND s.id = m.segment_id WHERE s.vendor_id = ANY ({vendors}){only}"
        " UNION SELECT s.vendor_id, s.id, p.id FROM segment s"
        " JOIN party p ON p.vendor_id = s.vendor_id AND p.kind = 'RESELLER'"
        f" WHERE s.vendor_id = ANY ({vendors}){only}"
        " AND (cardinality(s.partner_types) > 0 OR cardinality(s.countries) > 0 OR s.program_id IS NOT NULL)"
        " AND (cardinality(s.partner_types) = 0 OR p.partner_type = ANY (s.partner_types))"
        " AND (cardinality(s.countries) = 0 OR p.country = ANY (s.countries))"
        " AND (s.program_id IS NULL OR (p.vendor_id, p.id, s.program_id) IN ("
        "SELECT e.vendor_id, e.reseller_id, e.program_id FROM enrollment e"
        " LEFT JOIN program_tier t ON t.vendor_id = e.vendor_id AND t.id = e.tier_id"
        f" WHERE e.vendor_id = ANY ({vendors}) AND e.status = 'ACTIVE'"
        " AND (s.from_rank IS NULL OR t.rank >= s.from_rank)))"
    )


def own_members(vendor: str, segments: str) -> str:
    """SELECT agreement_id, reseller_id: of a vendor's distributors the own resellers, by their agreement, that belong today
    to one of these segments: those that have an authorisation under it which has not ended."""
    return (
        f"SELECT z.agreement_id, z.reseller_id FROM reseller_authorization z WHERE z.vendor_id = {vendor}"
        " AND z.status <> 'ENDED' AND z.effective_end > current_date AND z.disclosed_reseller_id = z.reseller_id"
        f" AND z.reseller_id IN (SELECT y.reseller_id FROM ({members(f'ARRAY[{vendor}]::uuid[]', segments)}) y)"
    )
