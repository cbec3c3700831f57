"""What there is to act on now, in one network, as the worker: whom to tell of which object."""

from datetime import date, datetime
from uuid import UUID

from app.store.database import Row, Session


async def statements_to_approve(session: Session, vendor_id: UUID) -> list[Row]:
    """The statements that are calculated and wait for approval."""
    return await session.rows(
        "SELECT s.id, s.agreement_id, s.distributor_id, s.period_start, s.period_end, NULL::date AS due_on"
        " FROM statement s WHERE s.vendor_id = $1 AND s.status = 'CALCULATED'",
        vendor_id,
    )


async def claims_to_decide(session: Session, vendor_id: UUID) -> list[Row]:
    """The claims that the engine has looked at and of which lines wait for a decision; by when, where silence decides."""
    return await session.rows(
        "SELECT c.id, c.agreement_id, c.distributor_id, c.deemed_on - 1 AS due_on FROM debit_claim c"
        " WHERE c.vendor_id = $1 AND c.status = 'FILED' AND c.amount_minor IS NOT NULL",
        vendor_id,
    )


async def enrollments_to_decide(session: Session, vendor_id: UUID) -> list[Row]:
    """The enrolments that were applied for and wait for a decision."""
    return await session.rows(
        "SELECT e.id, e.reseller_id FROM enrollment e WHERE e.vendor_id = $1 AND e.status = 'APPLIED'", vendor_id
    )


async def funds_to_decide(session: Session, vendor_id: UUID) -> list[Row]:
    """The requests for funds, and the claims against them, that wait for a decision."""
    return await session.rows(
        "SELECT 'FundRequest' AS type_name, r.id, r.agreement_id, r.distributor_id, r.reseller_id, r.activity AS name,"
        " r.currency, r.asked_minor AS minor, NULL::date AS due_on FROM fund_request r"
        " WHERE r.vendor_id = $1 AND r.status = 'SUBMITTED'"
        " UNION ALL SELECT 'FundClaim', c.id, c.agreement_id, c.distributor_id, c.reseller_id, r.activity, c.currency,"
        " c.cost_minor, NULL FROM fund_claim c JOIN fund_request r ON r.vendor_id = c.vendor_id AND r.id = c.request_id"
        " WHERE c.vendor_id = $1 AND c.status = 'SUBMITTED'",
        vendor_id,
    )


async def funds_expiring(session: Session, vendor_id: UUID, today: date, until: date) -> list[Row]:
    """The money that its owner loses unless it uses it by a day between these, both included: what is available in a fund,
    by the last day on which it is, and what of an approved request nobody has claimed or waits for, by the last day on which
    it can be claimed."""
    return await session.rows(
        "SELECT * FROM (SELECT 'Fund' AS type_name, f.id, f.agreement_id, f.distributor_id, f.reseller_id, f.name,"
        " f.currency, f.expires_on - 1 AS due_on, f.accrued_minor + f.granted_minor - f.reserved_minor - f.paid_minor"
        " - f.expired_minor AS minor FROM fund f WHERE f.vendor_id = $1"
        " UNION ALL SELECT 'FundRequest', r.id, r.agreement_id, r.distributor_id, r.reseller_id, r.activity, r.currency,"
        " r.ends_on + r.claim_days - 1, r.approved_minor - r.claimed_minor - r.released_minor FROM fund_request r"
        " WHERE r.vendor_id = $1 AND r.status = 'APPROVED' AND NOT EXISTS (SELECT FROM fund_claim c"
        " WHERE c.vendor_id = r.vendor_id AND c.request_id = r.id AND c.status = 'SUBMITTED')) x"
        " WHERE x.due_on BETWEEN $2 AND $3 AND x.minor > 0",
        vendor_id,
        today,
        until,
    )


async def unmatched_deductions(session: Session, vendor_id: UUID, until: date) -> list[Row]:
    """The deductions dated up to a day that nothing matches."""
    return await session.rows(
        "SELECT d.id, d.agreement_id, d.distributor_id, d.number, d.currency, d.amount_minor AS minor, d.dated"
        " FROM deduction d WHERE d.vendor_id = $1 AND d.claim IS NULL AND d.dated <= $2",
        vendor_id,
        until,
    )


async def affiliations_proposed(session: Session, vendor_id: UUID) -> list[Row]:
    """The memberships of groups of affiliates that a firm has neither accepted nor refused."""
    return await session.rows(
        "SELECT m.id, m.distributor_id, m.name FROM affiliation_member m WHERE m.vendor_id = $1"
        " AND num_nonnulls(m.accepted_at, m.left_at, m.ended_on) = 0",
        vendor_id,
    )


async def tiers_changed(session: Session, vendor_id: UUID, first_id: UUID) -> list[Row]:
    """The enrolments in force whose tier has changed since an id of their history, with the last change: before, after,
    when, and the programme's name."""
    return await session.rows(
        "SELECT e.id, e.reseller_id, p.name AS program, x.happened_at, b.name AS before, t.name AS after FROM ("
        " SELECT DISTINCT ON (n.enrollment_id) n.enrollment_id, n.id, n.happened_at, n.tier_id, o.tier_id AS tier_before"
        " FROM enrollment_event n CROSS JOIN LATERAL (SELECT o.tier_id FROM enrollment_event o"
        " WHERE o.vendor_id = n.vendor_id AND o.enrollment_id = n.enrollment_id AND o.id < n.id"
        " ORDER BY o.id DESC LIMIT 1) o"
        " WHERE n.vendor_id = $1 AND n.id >= $2 AND n.tier_id IS DISTINCT FROM o.tier_id"
        " ORDER BY n.enrollment_id, n.id DESC) x"
        " JOIN enrollment e ON e.vendor_id = $1 AND e.id = x.enrollment_id AND e.status IN ('APPROVED', 'ACTIVE')"
        " JOIN program p ON p.vendor_id = $1 AND p.id = e.program_id"
        " LEFT JOIN program_tier b ON b.vendor_id = $1 AND b.id = x.tier_before"
        " LEFT JOIN program_tier t ON t.vendor_id = $1 AND t.id = x.tier_id",
        vendor_id,
        first_id,
    )


async def failed_reports(session: Session, vendor_id: UUID, since: datetime) -> list[Row]:
    """The reports that could not be read since a moment, and whose days no other report of their kind has covered after
    them."""
    return await session.rows(
        "SELECT s.id, s.kind, s.agreement_id, s.distributor_id, s.reseller_id, s.period_start, s.period_end"
        " FROM submission s WHERE s.vendor_id = $1 AND s.status = 'FAILED' AND s.previewed_by IS NULL"
        " AND s.received_at >= $2 AND NOT EXISTS (SELECT FROM submission n WHERE n.vendor_id = s.vendor_id"
        " AND n.agreement_id IS NOT DISTINCT FROM s.agreement_id AND n.reseller_id IS NOT DISTINCT FROM s.reseller_id"
        " AND n.kind = s.kind AND n.period_start <= s.period_start AND n.period_end >= s.period_end"
        " AND n.received_at > s.received_at AND n.status = 'PROCESSED' AND n.previewed_by IS NULL)",
        vendor_id,
        since,
    )


async def documents_expiring(session: Session, vendor_id: UUID, today: date, until: date) -> list[Row]:
    """The documents whose last day is one of [today, until], and in whose place, of the same partner and kind, no other is
    valid for longer."""
    return await session.rows(
        "SELECT d.id, d.title, d.agreement_id, d.distributor_id, d.reseller_id, d.valid_until FROM compliance_document d"
        " WHERE d.vendor_id = $1 AND d.valid_until BETWEEN $2 AND $3 AND d.status IN ('SUBMITTED', 'VERIFIED')"
        " AND NOT EXISTS (SELECT FROM compliance_document n WHERE n.vendor_id = d.vendor_id AND n.kind = d.kind"
        " AND (n.reseller_id = d.reseller_id OR n.agreement_id = d.agreement_id) AND n.status IN ('SUBMITTED', 'VERIFIED')"
        " AND (n.valid_until IS NULL OR n.valid_until > $3))",
        vendor_id,
        today,
        until,
    )


async def certifications_expiring(session: Session, vendor_id: UUID, today: date, until: date) -> list[Row]:
    """The certifications whose last day is one of [today, until], and which their holder has not renewed beyond that."""
    return await session.rows(
        "SELECT c.id, c.name, c.reseller_id, c.agreement_id, c.distributor_id, c.valid_until FROM certification c"
        " WHERE c.vendor_id = $1 AND c.valid_until BETWEEN $2 AND $3 AND c.status = 'VERIFIED'"
        " AND NOT EXISTS (SELECT FROM certification n WHERE n.vendor_id = c.vendor_id AND n.reseller_id = c.reseller_id"
        " AND n.name_key = c.name_key AND n.holder_key = c.holder_key AND n.status = 'VERIFIED'"
        " AND (n.valid_until IS NULL OR n.valid_until > $3))",
        vendor_id,
        today,
        until,
    )


async def partners_linked(session: Session, vendor_id: UUID, since: datetime) -> list[Row]:
    """The resellers that a firm acts for by an invitation, whoever's, and to whom to say so: the vendor, to which the
    reseller is disclosed, where that began since a moment; and each distributor that sells to it, where that or its
    authorisation began since then."""
    return await session.rows(
        "SELECT p.id AS reseller_id, l.linked_from, NULL::uuid AS distributor_id FROM party_link l JOIN party p"
        " ON p.vendor_id = l.vendor_id AND p.id = l.party_id WHERE l.vendor_id = $1 AND l.invitation_id IS NOT NULL"
        " AND l.linked_until IS NULL AND p.kind = 'RESELLER' AND p.disclosed AND l.linked_from >= $2"
        " UNION ALL SELECT l.party_id, l.linked_from, a.distributor_id FROM party_link l JOIN reseller_authorization a"
        " ON a.vendor_id = l.vendor_id AND a.reseller_id = l.party_id WHERE l.vendor_id = $1"
        " AND l.invitation_id IS NOT NULL AND l.linked_until IS NULL AND a.status = 'ACTIVE'"
        " AND greatest(l.linked_from, a.created_at) >= $2",
        vendor_id,
        since,
    )


async def invitations_to_confirm(session: Session, vendor_id: UUID, now: datetime) -> list[Row]:
    """Distributors' invitations that wait for the vendor, and have not expired."""
    return await session.rows(
        "SELECT i.id, i.party_id AS reseller_id, i.email, i.expires_at FROM partner_invitation i WHERE i.vendor_id = $1"
        " AND i.confirmation = 'PENDING_CONFIRMATION' AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL"
        " AND i.expires_at > $2",
        vendor_id,
        now,
    )


async def spiff_claims_to_decide(session: Session, vendor_id: UUID) -> list[Row]:
    """Claims on SPIFFs at which a person of the vendor has to look."""
    return await session.rows(
        "SELECT c.id, c.reseller_id, c.distributor_id, c.amount_minor, c.currency, s.name FROM spiff_claim c JOIN spiff s"
        " ON s.vendor_id = c.vendor_id AND s.id = c.spiff_id WHERE c.vendor_id = $1 AND c.status = 'CLAIMED'"
        " AND c.verdict IS NULL AND s.reviewed AND c.approved > 0",
        vendor_id,
    )


async def commissions_to_approve(session: Session, vendor_id: UUID) -> list[Row]:
    """What agents earned that is calculated and waits for approval, with the name of the plan."""
    return await session.rows(
        "SELECT s.id, s.reseller_id, s.starts_on, s.ends_on, s.amount_minor, s.currency, p.name"
        " FROM commission_statement s JOIN commission_plan p ON p.vendor_id = s.vendor_id AND p.id = s.plan_id"
        " WHERE s.vendor_id = $1 AND s.status = 'CALCULATED'",
        vendor_id,
    )


async def plans_to_answer(session: Session, vendor_id: UUID) -> list[Row]:
    """The versions of business plans that wait for an answer, and the side that wrote them."""
    return await session.rows(
        "SELECT v.id, v.side, v.agreement_id, v.distributor_id, p.period_start, p.period_end FROM business_plan p"
        " JOIN business_plan_version v ON v.vendor_id = p.vendor_id AND v.plan_id = p.id AND v.number = p.pending"
        " WHERE p.vendor_id = $1 AND p.ended_at IS NULL",
        vendor_id,
    )


async def plan_activities_overdue(session: Session, vendor_id: UUID, now: datetime) -> list[Row]:
    """What is to be done by agreed business plans, or followed from their reviews, and is not, its last day being over where
    the agreement is at home."""
    return await session.rows(
        "SELECT t.id, t.side, t.title, t.due_on, t.agreement_id, t.distributor_id FROM plan_activity t"
        " JOIN business_plan p ON p.vendor_id = t.vendor_id AND p.id = t.plan_id AND p.status = 'AGREED'"
        " AND (t.plan_version = p.agreed OR t.review_id IS NOT NULL)"
        " JOIN agreement a ON a.vendor_id = t.vendor_id AND a.id = t.agreement_id"
        " WHERE t.vendor_id = $1 AND t.status = 'OPEN' AND t.due_on <= $2::date"
        " AND t.due_on < ($3::timestamptz AT TIME ZONE a.time_zone)::date",
        vendor_id,
        now.date(),
        now,
    )


async def open_subjects(session: Session, vendor_id: UUID, kind: str) -> list[str]:
    """What the open alerts of a kind are about."""
    rows = await session.rows(
        "SELECT DISTINCT a.subject FROM alert a WHERE a.vendor_id = $1 AND a.kind = $2 AND a.settled_at IS NULL",
        vendor_id,
        kind,
    )
    return [row["subject"] for row in rows]


async def vendors(session: Session) -> list[UUID]:
    """All networks."""
    return [row["id"] for row in await session.rows("SELECT id FROM vendor ORDER BY id")]
