"""What is asked of the database about resellers that are onboarded many at once, and how they are written down."""

from collections.abc import Sequence
from uuid import UUID

from app.execution.identifiers import Key
from app.store.database import Row, Session


async def authorized(session: Session, agreement: Key) -> list[Row]:
    """Who is authorised under an agreement, with the account numbers."""
    return await session.rows(
        "SELECT r.reseller_name, r.reseller_country, r.accounts FROM reseller_authorization r"
        " WHERE r.vendor_id = $1 AND r.agreement_id = $2 ORDER BY r.id",
        agreement.vendor_id,
        agreement.id,
    )


async def insert_parties(session: Session, rows: Sequence[Sequence[object]]) -> None:
    """Resellers: network, id, name, kind of firm, country, region, tax number, whether disclosed, when."""
    await session.execute_many(
        "INSERT INTO party (vendor_id, id, kind, name, partner_type, country, region, tax_number, disclosed, created_at)"
        " VALUES ($1, $2, 'RESELLER', $3, $4, $5, $6, $7, $8, $9)",
        rows,
    )


async def insert_authorizations(session: Session, rows: Sequence[Sequence[object]]) -> None:
    """Authorisations, all of them active."""
    await session.execute_many(
        "INSERT INTO reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id,"
        " disclosed_reseller_id, status, reseller_name, reseller_country, reseller_region, partner_type,"
        " distributor_name, distributor_country, accounts, effective_start, effective_end, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'ACTIVE', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        rows,
    )


async def insert_accounts(
    session: Session,
    vendor_id: UUID,
    agreement_id: UUID,
    distributor_id: UUID,
    rows: Sequence[tuple[str, UUID, UUID]],
) -> int:
    """Account numbers, each with its authorisation and reseller, in the order of the numbers; how many were free."""
    ordered = sorted(rows)
    written: int = await session.execute(
        "INSERT INTO account (vendor_id, agreement_id, number, authorization_id, distributor_id, reseller_id)"
        " SELECT $1, $2, x.number, x.authorization_id, $3, x.reseller_id"
        " FROM unnest($4::text[], $5::uuid[], $6::uuid[]) AS x (number, authorization_id, reseller_id)"
        " ON CONFLICT DO NOTHING",
        vendor_id,
        agreement_id,
        distributor_id,
        *(list(column) for column in (zip(*ordered, strict=True) if ordered else ((), (), ()))),
    )
    return written


async def insert_credit(session: Session, rows: Sequence[Sequence[object]]) -> None:
    """Credit terms of authorisations."""
    await session.execute_many(
        "INSERT INTO credit_terms (vendor_id, authorization_id, agreement_id, distributor_id, reseller_id, currency,"
        " credit_limit_minor, payment_days, disclosed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        rows,
    )
