"""How partners see authorisations: distributor × reseller under one agreement, with accounts and credit terms.

A distributor sees its own, a reseller its own, the vendor those whose agreement discloses the reseller.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import repeat
from operator import attrgetter
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.actor import Actor
from app.execution.checks import searched
from app.execution.connections import Connection, Order, Window
from app.execution.described import maker, visible
from app.execution.edges import Selection, edge, reference
from app.execution.identifiers import NO_NETWORK, Key, global_ids, key_of, keys_in
from app.execution.nodes import Node
from app.execution.request import Request
from app.execution.scalars import CurrencyCode, DateRange, Money, exact
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.partners.agreements.standing.graph import span
from app.partners.authorizations import queries
from app.partners.authorizations.exposure.graph import Given, exposure_of_credit
from app.partners.authorizations.inputs import AuthorizationFilter, AuthorizationOrder
from app.partners.enrollments.graph import Enrollment
from app.partners.enrollments.queries import foremost
from app.partners.organizations.graph import Distributor, Reseller, distributors_by_key, resellers_by_key
from app.partners.queries import connections, day_key, one_each, text_key, uuid_key
from app.partners.terms import AuthorizationStatus, Level
from app.programme.currencies import MINOR_UNITS
from app.segments.asking import segments_named
from app.store.database import Row

_ID = uuid_key("r.id", "id")
_NAME = text_key("r.reseller_name", "reseller_name")
ORDERS = {
    AuthorizationOrder.NAME_ASC: Order((_NAME, _ID)),
    AuthorizationOrder.NAME_DESC: Order((_NAME, _ID), descending=True),
    AuthorizationOrder.EFFECTIVE_START_DESC: Order(
        (day_key("r.effective_start", "effective_start"), _ID), descending=True
    ),
}
_STATUSES = {status.value: status for status in AuthorizationStatus}
BY_DISTRIBUTOR = Order((text_key("r.distributor_name", "distributor_name"), uuid_key("r.vendor_id", "vendor_id"), _ID))


@visible("credit-terms:read")
class CreditTerms:
    """The credit that a distributor gives a reseller."""

    given: strawberry.Private[Given]
    limit: Money
    "The most that may be outstanding."
    payment_days: int
    "Within how many days invoices are paid."
    exposure = edge(exposure_of_credit)

    @classmethod
    def of(cls, row: Row, authorization: "ResellerAuthorization") -> "CreditTerms":
        currency = row["currency"]
        limit = Money(amount=exact(row["credit_limit_minor"], MINOR_UNITS[currency]), currency=CurrencyCode(currency))
        given = Given(
            authorization.key.vendor_id,
            authorization.agreement_id,
            authorization.reseller_id,
            currency,
            row["credit_limit_minor"],
            row["payment_days"],
        )
        return cls(given=given, limit=limit, payment_days=row["payment_days"])


async def credit_terms(
    request: Request[Actor], parents: "Sequence[ResellerAuthorization]", selection: Selection
) -> list[CreditTerms | None]:
    """The credit that the distributor gives; null where there is none, and for a vendor where it is not disclosed."""
    rows = await queries.credit_terms(await request.reader(), [parent.key for parent in parents])
    return one_each(rows, len(parents), lambda row: CreditTerms.of(row, parents[row["ordinal"] - 1]))


async def enrollment(
    request: Request[Actor],
    parents: "Sequence[ResellerAuthorization]",
    selection: Selection,
    program_id: Annotated[
        strawberry.ID | None, strawberry.argument(description="The one in this programme; left out, the foremost one.")
    ] = None,
) -> list[Enrollment | None]:
    """The reseller's enrolment in a programme, or the foremost of them: an active one, the newest of these. Null where there
    is none."""
    program = None if program_id is None else key_of("Program", program_id) or Key(NO_NETWORK, NO_NETWORK)
    resellers = [parent.reseller_key for parent in parents]
    rows = await foremost(await request.reader(), request.actor.level, resellers, program)
    return one_each(rows, len(parents), Enrollment.of)


@visible("reseller:read")
class PlannedAuthorization:
    """A status that an authorisation takes on by itself on a day to come."""

    status: AuthorizationStatus
    "Which status."
    on: date
    "From which day on."
    by: Level
    "Which level planned it: vendor or distributor."
    reason: str
    "Why."


@visible("reseller:read")
class ResellerAuthorization(Node):
    """Distributor × reseller under one agreement: the reseller may buy."""

    key: strawberry.Private[Key]
    agreement_id: strawberry.Private[UUID]
    distributor_id: strawberry.Private[UUID]
    reseller_id: strawberry.Private[UUID]
    known_reseller: strawberry.Private[Reseller | None] = None
    status: AuthorizationStatus
    "Whether the reseller may buy."
    accounts: list[str]
    "Its account numbers at this distributor."
    effective: DateRange
    "The days on which it holds."
    suspended_by: Level | None
    "Which level suspended it: vendor or distributor. Only that one reinstates it. Null where it is not suspended."
    suspension_reason: str | None
    "Why it is suspended; null where it is not."
    version: int
    "Which version of the authorisation this is, to be named in a change."
    planned: PlannedAuthorization | None
    "What becomes of it on a day to come; null where nothing is planned."
    credit_terms = edge(credit_terms)
    enrollment = edge(enrollment)
    agreement = reference(
        agreements_by_key,
        DistributionAgreement | None,
        key=lambda authorization: Key(authorization.key.vendor_id, authorization.agreement_id),
        description="The agreement; null for a reseller.",
    )
    distributor = reference(
        distributors_by_key,
        Distributor,
        key=lambda authorization: Key(authorization.key.vendor_id, authorization.distributor_id),
        description="The distributor.",
    )
    reseller = reference(
        resellers_by_key,
        Reseller,
        key=attrgetter("reseller_key"),
        carried=attrgetter("known_reseller"),
        description="The reseller.",
    )

    @property
    def reseller_key(self) -> Key:
        return Key(self.key.vendor_id, self.reseller_id)

    @classmethod
    def of(cls, row: Row) -> "ResellerAuthorization":
        """From the ordinal, the columns of `queries.AUTHORIZATION` in their order, and those of RESELLER_BESIDE, if any."""
        return cls.many([row])[0]

    @classmethod
    def many(cls, rows: Sequence[Row]) -> "list[ResellerAuthorization]":
        """As `of`, from many rows at once: it costs less to write their ids together."""
        if not rows:
            return []
        _, vendors, ids, _, _, reseller_ids, *_ = zip(*rows, strict=True)
        keys = keys_in(vendors, ids)
        resellers: Iterable[Reseller | None] = repeat(None)
        if len(rows[0]) > _BESIDE:
            resellers = Reseller.beside(keys_in(vendors, reseller_ids), [row[_BESIDE:] for row in rows])
        return list(map(_authorized, rows, keys, global_ids("ResellerAuthorization", keys), resellers))


_BESIDE = 1 + len(queries.AUTHORIZATION)
"Where in a row the columns of RESELLER_BESIDE begin, if any."


def _authorized(row: Row, key: Key, id: str, known: Reseller | None) -> ResellerAuthorization:
    _, _, _, agreement, distributor, reseller, status, _, _, accounts, start, end, suspended, why, version, *plan = row[
        :_BESIDE
    ]
    return _authorization(
        id=strawberry.ID(id),
        key=key,
        agreement_id=agreement,
        distributor_id=distributor,
        reseller_id=reseller,
        known_reseller=known,
        status=_STATUSES[status],
        accounts=accounts,
        effective=span(start, end),
        suspended_by=None if suspended is None else Level(suspended),
        suspension_reason=why,
        version=version,
        planned=None if plan[0] is None else _planned(*plan),
    )


def _planned(status: str, on: date, by: str, reason: str) -> PlannedAuthorization:
    return PlannedAuthorization(status=_STATUSES[status], on=on, by=Level(by), reason=reason)


_authorization = maker(ResellerAuthorization)


async def authorizations_by_key(request: Request[Actor], keys: Sequence[Key]) -> list[ResellerAuthorization | None]:
    """Authorisations that the asker may see."""
    return one_each(await queries.authorizations(await request.reader(), keys), len(keys), ResellerAuthorization.of)


async def authorizations_of_agreements(
    request: Request[Actor],
    parents: Sequence[DistributionAgreement],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: AuthorizationFilter | None = None,
    order_by: AuthorizationOrder = AuthorizationOrder.NAME_ASC,
) -> "list[Connection[ResellerAuthorization]]":
    """The resellers authorised under it. A vendor sees them where the agreement discloses resellers."""
    kept = filter or AuthorizationFilter()
    recorded = request.actor.level is Level.VENDOR and selection.wants("edges", "node", "reseller")
    listing = queries.authorizations_of_agreements(
        [parent.key for parent in parents],
        [parent.distributor_key.id for parent in parents],
        kept.status,
        searched(kept.search),
        segments_named(request.actor, None if kept.segment_id is None else [kept.segment_id]),
        with_resellers=recorded,
    )
    marks = [*(str(value) for value in listing.arguments[2:4]), str(kept.segment_id)]
    window = Window.of(ORDERS[order_by], first=first, after=after, last=last, before=before, of=marks)
    return await connections(request, listing, window, selection, ResellerAuthorization.of, ResellerAuthorization.many)


async def authorizations_of_resellers(
    request: Request[Actor],
    parents: Sequence[Reseller],
    selection: Selection,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> "list[Connection[ResellerAuthorization]]":
    """Its distributors, by name: where it may buy. A distributor sees its own only."""
    listing = queries.authorizations_of_resellers(request.actor, [parent.key for parent in parents])
    window = Window.of(BY_DISTRIBUTOR, first=first, after=after, last=last, before=before)
    return await connections(request, listing, window, selection, ResellerAuthorization.of, ResellerAuthorization.many)
