"""What verifying asks: where the ledger is not what accruals, statements, claims and memos say, or not sound in itself.

Each question answers with a place, what was looked at there, what it should be and what it is, in minor units.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from app.ledger.deductions.queries import CLAIMS
from app.programme.claim_terms import LedgerAct
from app.programme.ledger import Book, Event, transfers_for
from app.store.database import Reader, Row

_BOOK: Final = Book("", "", "")


def _moves(act: LedgerAct, amount: int) -> str:
    (transfer,) = transfers_for(Event(act, _BOOK, amount, date.min, ""))
    return f"('{act}', '{transfer.debit.purpose}', '{transfer.credit.purpose}')"


_FORWARD: Final = ", ".join(_moves(act, 1) for act in LedgerAct)
_BACKWARD: Final = ", ".join(_moves(act, -1) for act in LedgerAct)
_MOVE: Final = "(t.act, t.debit, t.credit)"
_SIGNED: Final = f"CASE WHEN {_MOVE} IN ({_FORWARD}) THEN t.amount_minor ELSE -t.amount_minor END"
"""What an act moved, below zero where it was taken back."""
_BY_CAUSE: Final = (
    "SELECT t.cause, "
    + ", ".join(f"coalesce(sum(m.amount) FILTER (WHERE t.act = '{act}'), 0) AS {act.lower()}" for act in LedgerAct)
    + f" FROM transfer t CROSS JOIN LATERAL (SELECT {_SIGNED} AS amount) m WHERE t.vendor_id = $1 GROUP BY 1"
)
_OTHERWISE: Final = " WHERE n.expected <> n.found"
_ACCRUALS: Final = f"""
SELECT 'incentive ' || coalesce(a.incentive_id, t.subject_id) || ' under ' || coalesce(a.agreement_id, t.agreement_id)
    || ' in ' || coalesce(a.currency, t.currency) AS place, 'accrued' AS name, coalesce(a.minor, 0) AS expected,
    coalesce(t.minor, 0) AS found
FROM (SELECT agreement_id, incentive_id, currency, sum(earned_minor) AS minor FROM accrual WHERE vendor_id = $1
    GROUP BY 1, 2, 3) a
FULL JOIN (SELECT t.agreement_id, t.subject_id, t.currency, sum({_SIGNED}) AS minor FROM transfer t WHERE t.vendor_id = $1
    AND t.kind = 'INCENTIVE' AND t.act = 'ACCRUE' GROUP BY 1, 2, 3) t
ON t.agreement_id = a.agreement_id AND t.subject_id = a.incentive_id AND t.currency = a.currency
WHERE coalesce(a.minor, 0) <> coalesce(t.minor, 0) ORDER BY 1"""
_STATEMENTS: Final = f"""
SELECT 'statement ' || s.id AS place, n.* FROM statement s
LEFT JOIN ({_BY_CAUSE}) t ON t.cause = 'statement ' || s.id
CROSS JOIN LATERAL (VALUES
    ('reserved', CASE WHEN s.status = 'APPROVED' OR (s.status = 'DISPUTED' AND s.disputed_from = 'APPROVED')
        THEN s.payable_minor ELSE 0 END, coalesce(t.reserve - t.post - t.void, 0)),
    ('posted', CASE WHEN s.status = 'CREDITED' THEN s.payable_minor ELSE 0 END, coalesce(t.post, 0)),
    ('credited', CASE WHEN s.status = 'CREDITED' THEN s.payable_minor ELSE 0 END, coalesce(t.credit, 0))
) AS n(name, expected, found){_OTHERWISE} AND s.vendor_id = $1 ORDER BY 1, 2"""
_LATEST: Final = """(SELECT DISTINCT ON (term_id, period_start) * FROM statement WHERE vendor_id = $1
    AND calculated_at IS NOT NULL ORDER BY term_id, period_start, sequence DESC)"""
"""The last statement of each period that was calculated."""
_ADJUSTED: Final = f"""
SELECT 'statement ' || s.id AS place, 'adjusted, from what had accrued to what the period costs' AS name,
    s.entitled_minor + v.advances - s.accrued_minor AS expected, coalesce(t.minor, 0) AS found
FROM {_LATEST} s CROSS JOIN LATERAL (SELECT coalesce(sum(a.amount_minor), 0) AS advances FROM advance a JOIN statement o
    ON o.vendor_id = a.vendor_id AND o.id = a.statement_id WHERE o.vendor_id = s.vendor_id AND o.term_id = s.term_id
    AND o.period_start = s.period_start AND a.posted_at <= s.calculated_at) v
LEFT JOIN (SELECT o.term_id, o.period_start, sum({_SIGNED}) AS minor FROM transfer t JOIN statement o
    ON o.vendor_id = t.vendor_id AND t.cause = 'statement ' || o.id WHERE t.vendor_id = $1 AND t.act = 'ADJUST'
    GROUP BY 1, 2) t
ON t.term_id = s.term_id AND t.period_start = s.period_start
WHERE s.entitled_minor + v.advances - s.accrued_minor <> coalesce(t.minor, 0) ORDER BY 1"""
"""What statements of a period adjusted in all: no more, no less than what lay between accrual and cost."""
_CARRIED: Final = f"""
SELECT 'statement ' || s.id AS place, 'brought from the period before: ' || n.name AS name,
    (p.carried ->> n.place)::numeric AS expected, (s.brought ->> n.place)::numeric AS found
FROM {_LATEST} s JOIN LATERAL (SELECT carried FROM statement o WHERE o.vendor_id = s.vendor_id AND o.term_id = s.term_id
    AND o.period_start < s.period_start ORDER BY o.period_start DESC, o.sequence DESC LIMIT 1) p ON p.carried IS NOT NULL
CROSS JOIN (VALUES (0, 'qualifying measure'), (1, 'paying measure'), (2, 'money')) AS n (place, name)
WHERE s.brought IS NOT NULL AND (p.carried ->> n.place)::numeric <> (s.brought ->> n.place)::numeric ORDER BY 1, 2"""
"""Periods follow one another: each was calculated with what the one before it left, as that was calculated last."""
_CLAIMS: Final = f"""
SELECT 'claim ' || d.id AS place, n.* FROM debit_claim d
LEFT JOIN ({_BY_CAUSE}) t ON t.cause = 'claim ' || d.id
CROSS JOIN LATERAL (VALUES
    ('posted', CASE WHEN d.status = 'CREDITED' THEN d.amount_minor ELSE 0 END, coalesce(t.post, 0)),
    ('credited', CASE WHEN d.status = 'CREDITED' THEN d.amount_minor ELSE 0 END, coalesce(t.credit, 0))
) AS n(name, expected, found){_OTHERWISE} AND d.vendor_id = $1 ORDER BY 1, 2"""
_STOCK_CREDITS: Final = f"""
SELECT 'claim ' || d.id AS place, n.* FROM stock_credit d
LEFT JOIN ({_BY_CAUSE}) t ON t.cause = 'claim ' || d.id
CROSS JOIN LATERAL (VALUES
    ('posted', CASE WHEN d.status = 'CREDITED' THEN d.approved_minor ELSE 0 END, coalesce(t.post, 0)),
    ('credited', CASE WHEN d.status = 'CREDITED' THEN d.approved_minor ELSE 0 END, coalesce(t.credit, 0))
) AS n(name, expected, found){_OTHERWISE} AND d.vendor_id = $1 ORDER BY 1, 2"""
_COMMITMENTS: Final = f"""
SELECT 'commitment ' || c.id AS place, n.* FROM commitment_settlement c
LEFT JOIN ({_BY_CAUSE}) t ON t.cause = 'commitment ' || c.id
CROSS JOIN LATERAL (VALUES
    ('accrued', -coalesce(c.posted_minor, 0), coalesce(t.accrue, 0)),
    ('posted', -coalesce(c.posted_minor, 0), coalesce(t.post, 0))
) AS n(name, expected, found){_OTHERWISE} AND c.vendor_id = $1 ORDER BY 1, 2"""
"""What a distributor owes for a missed commitment is below zero of what the vendor owes."""
_DEDUCTIONS: Final = f"""
SELECT 'deduction ' || d.id AS place, n.* FROM deduction d
LEFT JOIN ({_BY_CAUSE}) t ON t.cause = 'deduction ' || d.id
CROSS JOIN LATERAL (VALUES
    ('deducted', d.amount_minor, coalesce(t.deduct, 0)),
    ('cleared, and taken from the credit', coalesce(t.clear, 0), -coalesce(t.credit, 0)),
    ('cleared, of what was taken', greatest(0, least(coalesce(t.clear, 0), CASE WHEN d.claim IS NULL THEN 0
        ELSE d.amount_minor END)), coalesce(t.clear, 0))
) AS n(name, expected, found){_OTHERWISE} AND d.vendor_id = $1 AND NOT d.waiting ORDER BY 1, 2"""
_CLEARED: Final = f"""
SELECT c.claim AS place, 'cleared, of what was credited' AS name, greatest(c.credited, 0) AS expected, x.found
FROM {CLAIMS} c JOIN (SELECT d.claim, d.agreement_id, sum(t.clear) AS found FROM deduction d JOIN ({_BY_CAUSE}) t
    ON t.cause = 'deduction ' || d.id WHERE d.vendor_id = $1 AND NOT d.waiting GROUP BY 1, 2) x
ON x.claim = c.claim AND x.agreement_id = c.agreement_id
WHERE c.vendor_id = $1 AND x.found > greatest(c.credited, 0) ORDER BY 1"""
_SETTLED: Final = """
SELECT 'transfer ' || s.id AS place, s.act || ' of what was reserved' AS name, r.amount_minor AS expected,
    s.amount_minor AS found
FROM transfer s JOIN transfer r ON r.vendor_id = s.vendor_id AND r.id = s.reservation_id
WHERE s.vendor_id = $1 AND (r.act <> 'RESERVE' OR r.cause <> s.cause OR r.amount_minor <> s.amount_minor
    OR (r.agreement_id, r.kind, r.subject_id, r.currency) <> (s.agreement_id, s.kind, s.subject_id, s.currency)
    OR (r.credit = 'RESERVED') <> (s.debit = 'RESERVED')) ORDER BY 1"""
_MOVED: Final = f"""
SELECT 'transfer ' || t.id AS place, t.act || ' from ' || t.debit || ' to ' || t.credit AS name, 0 AS expected,
    t.amount_minor AS found
FROM transfer t WHERE t.vendor_id = $1 AND {_MOVE} NOT IN ({_FORWARD}, {_BACKWARD}) ORDER BY 1"""
_OWED: Final = f"""
SELECT t.cause AS place, 'credited and cleared, of what was posted' AS name, t.post AS expected,
    t.credit + t.clear AS found
FROM ({_BY_CAUSE}) t WHERE t.cause NOT LIKE 'deduction %'
    AND NOT (t.credit + t.clear BETWEEN least(t.post, 0) AND greatest(t.post, 0)) ORDER BY 1"""
_PENDING: Final = """
SELECT r.cause AS place, 'reservations that wait' AS name, 1 AS expected, count(*) AS found FROM transfer r
WHERE r.vendor_id = $1 AND r.act = 'RESERVE' AND NOT EXISTS (SELECT FROM transfer s WHERE s.vendor_id = r.vendor_id
    AND s.reservation_id = r.id) GROUP BY r.cause HAVING count(*) > 1 ORDER BY 1"""
QUESTIONS: Final[Mapping[str, str]] = {
    "accruals": _ACCRUALS,
    "statements": _STATEMENTS,
    "adjustments": _ADJUSTED,
    "carrying forward": _CARRIED,
    "claims": _CLAIMS,
    "stock credits": _STOCK_CREDITS,
    "commitments": _COMMITMENTS,
    "deductions": _DEDUCTIONS,
    "clearing": _CLEARED,
    "reservations": _SETTLED,
    "moves": _MOVED,
    "owed": _OWED,
    "pending": _PENDING,
}


async def otherwise(session: Reader, vendor_id: UUID, question: str) -> list[Row]:
    """Where the ledger of a network is otherwise than it should be, as one of the QUESTIONS asks."""
    return await session.rows(QUESTIONS[question], vendor_id)
