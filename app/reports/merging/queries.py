"""What is asked of merges: how two records stand, what was merged, and what is written of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.execution.connections import Order, SortKey
from app.execution.identifiers import Key
from app.execution.listings.queries import KEYS, List, keys_apart
from app.programme.party_merges import STANDING, MergeState, Standing
from app.store.database import Reader, Row, Session

_MERGE = (
    "m.vendor_id, m.id, m.from_id, m.into_id, m.effective_from, m.state, m.reason, m.refusal, m.asked_by, m.asked_at,"
    " m.applied_at, m.undone_by, m.undone_at, m.version,"
    " (SELECT coalesce(sum(t.lines), 0)::bigint FROM party_merge_part t WHERE t.vendor_id = m.vendor_id"
    " AND t.merge_id = m.id) AS lines"
)
NEWEST = Order(
    (SortKey("m.asked_at", "asked_at", datetime, "timestamptz"), SortKey("m.id", "id", UUID, "uuid")), descending=True
)
OF_VENDOR = List("party_merge m WHERE m.vendor_id = k.vendor_id", _MERGE)
_STANDS = f"state IN ({', '.join(repr(str(each)) for each in STANDING)})"


async def reseller(session: Reader, key: Key) -> Row | None:
    """A vendor's record of a reseller, if the asker may see it."""
    return await session.row(
        "SELECT p.id, p.name FROM party p WHERE p.vendor_id = $1 AND p.id = $2 AND p.kind = 'RESELLER'",
        key.vendor_id,
        key.id,
    )


async def resellers(session: Reader, vendor_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The vendor's records of resellers, by their ids."""
    rows = await session.rows(
        "SELECT p.id, p.name FROM party p WHERE p.vendor_id = $1 AND p.id = ANY ($2::uuid[])", vendor_id, list(ids)
    )
    return {row["id"]: row for row in rows}


_COUNTED = {
    "has_taken_over": f"SELECT count(*) FROM party_merge WHERE vendor_id = $1 AND into_id = $2 AND {_STANDS}",
    "deals": "SELECT count(*) FROM deal WHERE vendor_id = $1 AND reseller_id = $2"
    " AND status IN ('SUBMITTED', 'APPROVED')",
    "funds": "SELECT count(*) FROM fund f WHERE f.vendor_id = $1 AND f.reseller_id = $2 AND (f.expires_on IS NULL"
    " OR f.expires_on > current_date OR f.reserved_minor <> 0 OR f.shortfall_minor <> 0 OR EXISTS (SELECT FROM"
    " fund_request r WHERE r.vendor_id = f.vendor_id AND r.fund_id = f.id AND r.status IN ('SUBMITTED', 'APPROVED')))",
    "spiff_claims": "SELECT count(*) FROM spiff_claim WHERE vendor_id = $1 AND reseller_id = $2 AND status <> 'DENIED'",
    # An assignment goes along, unless its agent would be paid for its own purchases, or what was bought is to be divided.
    "commissions": "SELECT (SELECT count(*) FROM agent_assignment WHERE vendor_id = $1 AND ((reseller_id, bought_by_id)"
    " IN (($2, $3), ($3, $2)) OR bought_by_id = $2 AND $5::date IS NOT NULL))"
    " + (SELECT count(*) FROM commission_statement WHERE vendor_id = $1 AND reseller_id = $2)",
    "contested_lines": "SELECT count(*) FROM contested_line WHERE vendor_id = $1 AND reseller_id = $2"
    " AND status = 'OPEN'",
    "sell_out_reports": "SELECT count(*) FROM submission WHERE vendor_id = $1 AND reseller_id = $2"
    " AND previewed_by IS NULL AND status <> 'FAILED'",
    "documents": "SELECT count(*) FROM compliance_document WHERE vendor_id = $1 AND reseller_id = $2",
    "applications": "SELECT count(*) FROM program_application WHERE vendor_id = $1 AND reseller_id = $2"
    " AND carried_out_at IS NULL",
    # Whom a distributor invites that does not disclose its resellers, nobody learns.
    "invitations": "SELECT count(*) FROM partner_invitation i WHERE i.vendor_id = $1 AND i.party_id = $2"
    " AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > now() AND (i.distributor_id IS NULL"
    " OR EXISTS (SELECT FROM reseller_authorization r WHERE r.vendor_id = i.vendor_id"
    " AND r.distributor_id = i.distributor_id AND r.reseller_id = i.party_id"
    " AND r.disclosed_reseller_id = r.reseller_id))",
}


async def standing_of(
    session: Reader, vendor_id: UUID, gone: UUID, kept: UUID, since: date | None, merge_id: UUID | None
) -> Standing:
    """How two records stand, as `worker`, for a merge of what was sold since a day; of merges, any but the one that is about
    to be applied."""
    counted = ", ".join(f"({each}) AS {name}" for name, each in _COUNTED.items())
    row = await session.row(
        f"SELECT EXISTS (SELECT FROM party_link WHERE vendor_id = $1 AND party_id = $2 AND linked_until IS NULL) AS linked,"
        f" EXISTS (SELECT FROM party_merge WHERE vendor_id = $1 AND from_id = $2 AND {_STANDS}"
        " AND id IS DISTINCT FROM $4::uuid) AS merged_already,"
        f" EXISTS (SELECT FROM party_merge WHERE vendor_id = $1 AND from_id = $3 AND {_STANDS}) AS survivor_gone, {counted}",
        vendor_id,
        gone,
        kept,
        merge_id,
        since,
    )
    assert row is not None, "sums are there"
    return Standing(same=gone == kept, **dict(row.items()))


async def add(session: Session, **given: Any) -> None:
    """Write down what was asked for."""
    holders = ", ".join(f"${place}" for place in range(1, len(given) + 1))
    await session.execute(f"INSERT INTO party_merge ({', '.join(given)}) VALUES ({holders})", *given.values())


_FOR_ACT = (
    "SELECT m.id, m.from_id, m.into_id, m.effective_from, m.state, m.version FROM party_merge m"
    " WHERE m.vendor_id = $1 AND m.id = $2"
)


async def merge_for_act(session: Session, vendor_id: UUID, merge_id: UUID) -> Row | None:
    """A merge, held by the worker until the transaction ends."""
    return await session.row(f"{_FOR_ACT} FOR UPDATE", vendor_id, merge_id)


async def merge(session: Session, vendor_id: UUID, merge_id: UUID) -> Row | None:
    """A merge as it stands, for the vendor that decides about it in its turn."""
    return await session.row(_FOR_ACT, vendor_id, merge_id)


async def ask_to_undo(session: Session, key: Key, by: str) -> bool:
    """Say, as the vendor, that a merge is to be undone; False where it does not stand any more."""
    changed = await session.execute(
        "UPDATE party_merge SET state = 'UNDOING', undone_by = $3, version = version + 1"
        " WHERE vendor_id = $1 AND id = $2 AND state = 'APPLIED'",
        key.vendor_id,
        key.id,
        by,
    )
    return changed == 1


async def settle(
    session: Session, vendor_id: UUID, merge_id: UUID, state: MergeState, at: datetime, refusal: str | None = None
) -> None:
    """Say, as the worker, what became of a merge, or of undoing it."""
    column = {MergeState.APPLIED: "applied_at", MergeState.UNDONE: "undone_at"}.get(state)
    when = f", {column} = coalesce({column}, $4)" if column else ", applied_at = applied_at"
    await session.execute(
        f"UPDATE party_merge SET state = $3, refusal = $5, version = version + 1{when}"
        " WHERE vendor_id = $1 AND id = $2 AND $4::timestamptz IS NOT NULL",
        vendor_id,
        merge_id,
        state,
        at,
        refusal,
    )


async def stand_for(session: Session, vendor_id: UUID, gone: UUID, kept: UUID | None) -> None:
    """Let a record stand for another from now on, or for itself again."""
    await session.execute("UPDATE party SET merged_into = $3 WHERE vendor_id = $1 AND id = $2", vendor_id, gone, kept)


async def keep_part(
    session: Session, vendor_id: UUID, merge_id: UUID, agreement_id: UUID, knowledge: int | None, lines: int
) -> None:
    """Write down what a merge did to the lines under an agreement."""
    await session.execute(
        "INSERT INTO party_merge_part (vendor_id, merge_id, agreement_id, knowledge, lines) VALUES ($1, $2, $3, $4, $5)",
        vendor_id,
        merge_id,
        agreement_id,
        knowledge,
        lines,
    )


async def keep_undone_part(
    session: Session, vendor_id: UUID, merge_id: UUID, agreement_id: UUID, knowledge: int
) -> None:
    """Write down by which change the lines under an agreement went back."""
    await session.execute(
        "UPDATE party_merge_part SET undone_knowledge = $4 WHERE vendor_id = $1 AND merge_id = $2 AND agreement_id = $3",
        vendor_id,
        merge_id,
        agreement_id,
        knowledge,
    )


async def parts_of(session: Reader, vendor_id: UUID, merge_id: UUID) -> list[Row]:
    """The agreements under which a merge did something, with their distributors."""
    return await session.rows(
        "SELECT t.agreement_id, t.knowledge, t.lines, a.distributor_id FROM party_merge_part t"
        " JOIN agreement a ON a.vendor_id = t.vendor_id AND a.id = t.agreement_id"
        " WHERE t.vendor_id = $1 AND t.merge_id = $2 ORDER BY t.agreement_id",
        vendor_id,
        merge_id,
    )


async def merges_by_key(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Merges of these keys that the asker may see, with how many lines each placed anew."""
    return await db.rows(
        f"SELECT k.ordinal, {_MERGE} FROM {KEYS} JOIN party_merge m ON m.vendor_id = k.vendor_id AND m.id = k.id",
        *keys_apart(keys),
    )


async def parts_of_merges(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """What merges did under each agreement: lines, accounts and codes."""

    def moved(kind: str) -> str:
        return (
            "(SELECT count(*) FROM party_merge_change c WHERE c.vendor_id = t.vendor_id AND c.merge_id = t.merge_id"
            f" AND c.agreement_id = t.agreement_id AND c.row_kind = '{kind}')"
        )

    return await db.rows(
        f"SELECT k.ordinal, t.vendor_id, t.agreement_id, t.lines, {moved('ACCOUNT')} AS accounts,"
        f" {moved('ALIAS')} AS aliases"
        f" FROM {KEYS} JOIN party_merge_part t ON t.vendor_id = k.vendor_id AND t.merge_id = k.id"
        " ORDER BY k.ordinal, t.agreement_id",
        *keys_apart(keys),
    )


async def tried(session: Reader, vendor_id: UUID, merge_id: UUID) -> list[Row]:
    """How many rows of each kind a merge changed under each agreement, and under none."""
    return await session.rows(
        "SELECT row_kind, agreement_id, count(*) AS rows FROM party_merge_change"
        " WHERE vendor_id = $1 AND merge_id = $2 GROUP BY 1, 2",
        vendor_id,
        merge_id,
    )


async def changes_of_merges(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """How many rows of each kind merges changed."""
    return await db.rows(
        "SELECT k.ordinal, c.row_kind, count(*) AS rows"
        f" FROM {KEYS} JOIN party_merge_change c ON c.vendor_id = k.vendor_id AND c.merge_id = k.id"
        " GROUP BY k.ordinal, c.row_kind ORDER BY k.ordinal, c.row_kind",
        *keys_apart(keys),
    )


async def survivors(db: Reader, keys: Sequence[Key]) -> list[Row]:
    """Into which record each of these is merged, as the vendor may read it."""
    return await db.rows(
        f"SELECT k.ordinal, p.vendor_id, p.merged_into FROM {KEYS} JOIN party p ON p.vendor_id = k.vendor_id"
        " AND p.id = k.id AND p.kind = 'RESELLER' AND p.merged_into IS NOT NULL",
        *keys_apart(keys),
    )


async def concerned(
    session: Reader, vendor_id: UUID, resellers: Sequence[UUID], merge_id: UUID | None = None
) -> list[Row]:
    """The distributors whose authorisations name a record openly, each with one of these authorisations; of a merge that was
    applied, only those under whose agreements it moved something."""
    return await session.rows(
        "SELECT DISTINCT ON (r.distributor_id) r.distributor_id, r.id FROM reseller_authorization r"
        " WHERE r.vendor_id = $1 AND r.reseller_id = ANY ($2::uuid[]) AND r.disclosed_reseller_id = r.reseller_id"
        " AND ($3::uuid IS NULL OR r.agreement_id IN (SELECT t.agreement_id FROM party_merge_part t"
        " WHERE t.vendor_id = $1 AND t.merge_id = $3)) ORDER BY r.distributor_id, (r.status = 'ENDED'), r.id",
        vendor_id,
        list(resellers),
        merge_id,
    )


def day_of(given: date | None) -> date:
    """From which day on lines are sold that go over: without one, from the first."""
    return given or date.min
