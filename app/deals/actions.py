"""What resellers do with deals: they register them, change them while they are under review, extend their protection, win,
lose, or take them back.

Whoever else registered the same customer is not looked at here: what a reseller does is answered the same, and as fast,
whether there is a rival or not. Every problem of an input is told at once.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.deals import queries
from app.deals.entering import Entered, entered
from app.deals.inputs import (
    CloseDealInput,
    ExtendDealInput,
    RegisterDealInput,
    UpdateDealInput,
    WithdrawDealInput,
)
from app.execution.checks import Checks, refused
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.program_access.queries import access_of
from app.programme.deals import DealAct, DealOutcome, DealStatus, not_now
from app.programme.money import places_of
from app.programme.program_access import Opening
from app.programme.terms import Level
from app.store.database import Row, Session
from app.store.identity import new_id

C = UserErrorCode
TO_VENDOR = Concerns(vendor=True)


async def register_deal(request: Request[Actor], given: RegisterDealInput) -> Key:
    """Register a deal with a vendor: it is under review from now on."""
    async with acting(request, "registerDeal") as act:
        done = await act.done_before(given.idempotency_key, given)
        check = Checks()
        vendor = check.key("Vendor", "vendor", given.vendor_id, "vendorId")
        if vendor is not None and done is not None:
            return Key(vendor.vendor_id, UUID(done))
        reseller = await _as_reseller(act, check, vendor)
        what = await entered(act, check, reseller, given.deal)
        check.settle()
        key = Key(reseller.vendor_id, new_id())
        await _insert(act, key, reseller.id, what, datetime.now(UTC))
        await act.record(
            global_id("DealRegistration", key), vendor_id=key.vendor_id, concerns=TO_VENDOR, after=_told(what)
        )
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def _as_reseller(act: Act, check: Checks, vendor: Key | None) -> Key:
    """As whom the asker registers, where a programme of the vendor opens it."""
    real = vendor is not None and vendor.vendor_id == vendor.id
    parties = await queries.own_resellers(act.session, act.actor, vendor.id) if vendor is not None and real else []
    if vendor is not None and not parties:
        check.not_found("vendor", "vendorId")
    if vendor is None or not parties:
        check.settle()
        raise AssertionError("a missing vendor is a problem")
    found = [await access_of(act.session, vendor.vendor_id, id, Opening.DEAL_REGISTRATION) for id in parties]
    granted = next((id for id, each in zip(parties, found, strict=True) if each.granted), None)
    if granted is None:
        check.add(C.NOT_ELIGIBLE, found[0].rule, "vendorId")
    return Key(vendor.vendor_id, granted or parties[0])


def _told(what: Entered) -> dict[str, object]:
    """What every audience of the trail may read: nothing of who the end customer is."""
    return {
        "name": what.name,
        "amountMinor": what.amount_minor,
        "currency": what.currency,
        "expectedCloseOn": str(what.expected_close_on),
        "products": len(what.lines),
    }


async def _insert(act: Act, key: Key, reseller_id: UUID, what: Entered, now: datetime) -> None:
    customer_id = await _insert_customer(act.session, key.vendor_id, reseller_id, what)
    await act.session.execute(
        "INSERT INTO deal (vendor_id, id, reseller_id, distributor_id, agreement_id, disclosed_distributor_id,"
        " disclosed_agreement_id, customer_id, content, name, status, currency, amount_minor, expected_close_on,"
        " registered_by, registered_by_id, registered_at, entered_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, 'SUBMITTED', $10, $11, $12, $13, $14, $15, $15)",
        key.vendor_id,
        key.id,
        reseller_id,
        *_supplier(what),
        customer_id,
        what.name,
        what.currency,
        what.amount_minor,
        what.expected_close_on,
        act.actor.name,
        act.actor.acting_id,
        now,
    )
    await _insert_products(act.session, key, reseller_id, 1, what)
    await happened(act.session, key, reseller_id, DealAct.REGISTERED, now, Level.RESELLER)


def _supplier(what: Entered) -> tuple[UUID | None, ...]:
    """Distributor and agreement, and both as far as the vendor may know who buys there."""
    if what.supplier is None:
        return (None,) * 4
    named = (what.supplier["distributor_id"], what.supplier["agreement_id"])
    return (*named, *(named if what.supplier["disclosed"] else (None, None)))


async def _insert_customer(session: Session, vendor_id: UUID, reseller_id: UUID, what: Entered) -> UUID:
    id, customer = new_id(), what.customer
    await session.execute(
        "INSERT INTO deal_customer (vendor_id, id, reseller_id, distributor_id, name, domain, name_hash, domain_hash)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        vendor_id,
        id,
        reseller_id,
        _supplier(what)[0],
        customer.name,
        customer.domain,
        customer.name_hash,
        customer.domain_hash,
    )
    return id


async def _customer_of(session: Session, key: Key, found: Row, what: Entered) -> UUID:
    """The end customer of a deal that is entered anew: the row that there is, where nothing of it changes."""
    named = (what.customer.name, what.customer.domain, _supplier(what)[0])
    if (found["customer"], found["customer_domain"], found["distributor_id"]) == named:
        kept: UUID = found["customer_id"]
        return kept
    return await _insert_customer(session, key.vendor_id, found["reseller_id"], what)


async def _insert_products(session: Session, key: Key, reseller_id: UUID, content: int, what: Entered) -> None:
    of = (key.vendor_id, key.id, content)
    whose = (reseller_id, _supplier(what)[0])
    await session.execute_many(
        "INSERT INTO deal_product (vendor_id, deal_id, content, position, reseller_id, distributor_id, family,"
        " product_id, quantity) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [(*of, place, *whose, line.family, line.product_id, line.quantity) for place, line in enumerate(what.lines)],
    )


async def happened(
    session: Session,
    key: Key,
    reseller_id: UUID,
    what: DealAct,
    at: datetime,
    by: Level | None,
    reason: str | None = None,
    protected_until: date | None = None,
) -> None:
    """Write down what happened to a deal; by nobody: the clock."""
    await session.execute(
        "INSERT INTO deal_event (vendor_id, id, deal_id, reseller_id, act, acted_as, reason, protected_until, happened_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        key.vendor_id,
        new_id(),
        key.id,
        reseller_id,
        what.value,
        by.value if by else None,
        reason,
        protected_until,
        at,
    )


async def update_deal(request: Request[Actor], given: UpdateDealInput) -> Key:
    """Enter a deal anew while it is under review."""
    async with acting(request, "updateDeal") as act:
        check = Checks()
        key, found = await _found(act, check, given.deal_id, given.expected_version, DealAct.CHANGED)
        await _check_open(act, check, key, found)
        what = await entered(act, check, Key(key.vendor_id, found["reseller_id"]), given.deal)
        check.settle()
        now = datetime.now(UTC)
        anew = await _stands_anew(act, key, found, what)
        customer_id = await _customer_of(act.session, key, found, what)
        values = {
            "customer_id": customer_id,
            "content": found["content"] + 1,
            "name": what.name,
            "currency": what.currency,
            "amount_minor": what.amount_minor,
            "expected_close_on": what.expected_close_on,
            **dict(zip(_SUPPLIER, _supplier(what), strict=True)),
            **({"entered_at": now, "reviewed_at": None} if anew else {}),
        }
        await _write(act, key, found, DealStatus.SUBMITTED, values)
        await _insert_products(act.session, key, found["reseller_id"], found["content"] + 1, what)
        await happened(act.session, key, found["reseller_id"], DealAct.CHANGED, now, Level.RESELLER)
        before = {"name": found["name"], "amountMinor": found["amount_minor"], "currency": found["currency"]}
        await act.record(
            global_id("DealRegistration", key),
            vendor_id=key.vendor_id,
            concerns=TO_VENDOR,
            before=before,
            after=_told(what),
        )
    return key


_SUPPLIER = ("distributor_id", "agreement_id", "disclosed_distributor_id", "disclosed_agreement_id")


async def _stands_anew(act: Act, key: Key, found: Row, what: Entered) -> bool:
    """Whether another customer, other products or another amount were entered: then the deal has the place of a new one."""
    hashes = await act.session.row(
        "SELECT name_hash, domain_hash FROM deal_customer WHERE vendor_id = $1 AND id = $2",
        key.vendor_id,
        found["customer_id"],
    )
    assert hashes is not None
    lines = await queries.products(act.session, [(key, found["content"])])
    return (
        (hashes["name_hash"], hashes["domain_hash"]) != (what.customer.name_hash, what.customer.domain_hash)
        or {(row["family"], row["product_id"]) for row in lines}
        != {(line.family, line.product_id) for line in what.lines}
        or (found["currency"], found["amount_minor"]) != (what.currency, what.amount_minor)
    )


async def extend_deal(request: Request[Actor], given: ExtendDealInput) -> Key:
    """Let a protection last longer, as often as it was granted with the approval."""
    async with acting(request, "extendDeal") as act:
        check = Checks()
        key, found = await _found(act, check, given.deal_id, given.expected_version, DealAct.EXTENDED)
        await _check_open(act, check, key, found)
        reason = check.prose(given.reason, "reason")
        if found["status"] == DealStatus.APPROVED and not found["extensions_left"]:
            check.add(C.NOT_ALLOWED, "No extension is left; the vendor can be asked to protect it anew.", "dealId")
        check.settle()
        until = found["protected_until"] + timedelta(days=found["extension_days"])
        values = {"protected_until": until, "extensions_left": found["extensions_left"] - 1}
        await _write(act, key, found, DealStatus.APPROVED, values)
        of = (act.session, key, found["reseller_id"])
        await happened(*of, DealAct.EXTENDED, datetime.now(UTC), Level.RESELLER, reason, until)
        before, after = {"protectedUntil": str(found["protected_until"])}, {"protectedUntil": str(until)}
        await act.record(
            global_id("DealRegistration", key), vendor_id=key.vendor_id, concerns=TO_VENDOR, before=before, after=after
        )
    return key


async def close_deal(request: Request[Actor], given: CloseDealInput) -> Key:
    """Say that a deal was won or lost."""
    won = given.outcome is DealOutcome.WON
    async with acting(request, "closeDeal") as act:
        check, today = Checks(), datetime.now(UTC).date()
        act_done = DealAct.WON if won else DealAct.LOST
        key, found = await _found(act, check, given.deal_id, given.expected_version, act_done)
        reason = check.optional_prose(given.reason, "reason")
        amount = _won_amount(check, won, given.won_amount, found["currency"])
        on = given.won_on or today
        if not won and reason is None:
            check.add(C.REQUIRED, "Say why it was lost.", "reason")
        if won and found["protected_from"] is not None and not found["protected_from"] <= on <= today:
            check.add(C.INVALID, f"This is a day from {found['protected_from']} to {today}.", "wonOn")
        if not won and given.won_on is not None:
            check.add(C.INVALID, "It was not won; leave this out.", "wonOn")
        check.settle()
        closed = found["closed_on"] or today
        values: dict[str, object] = {"status": given.outcome.value, "closed_on": closed, "close_reason": reason}
        if won:
            values |= {"won_on": on, "won_minor": amount}
        await _end(act, key, found, act_done, values, reason)
    return key


def _won_amount(check: Checks, won: bool, amount: Decimal | None, currency: str) -> int | None:
    if won and amount is None:
        check.add(C.REQUIRED, "Say what it was won for.", "wonAmount")
    elif not won and amount is not None:
        check.add(C.INVALID, "It was not won; leave this out.", "wonAmount")
    elif amount is not None:
        return check.scaled(amount, places_of(currency), "wonAmount")
    return None


async def withdraw_deal(request: Request[Actor], given: WithdrawDealInput) -> Key:
    """Take a deal back: it is protected no longer, and nobody decides about it."""
    async with acting(request, "withdrawDeal") as act:
        check = Checks()
        key, found = await _found(act, check, given.deal_id, given.expected_version, DealAct.WITHDRAWN)
        reason = check.optional_prose(given.reason, "reason")
        check.settle()
        closed = datetime.now(UTC).date()
        values = {"status": DealStatus.WITHDRAWN.value, "closed_on": closed, "close_reason": reason}
        await _end(act, key, found, DealAct.WITHDRAWN, values, reason)
    return key


async def _end(act: Act, key: Key, found: Row, what: DealAct, values: Mapping[str, object], reason: str | None) -> None:
    await _write(act, key, found, DealStatus(found["status"]), values)
    await happened(act.session, key, found["reseller_id"], what, datetime.now(UTC), Level.RESELLER, reason)
    before, after = {"status": found["status"]}, {"status": values["status"]}
    await act.record(
        global_id("DealRegistration", key), vendor_id=key.vendor_id, concerns=TO_VENDOR, before=before, after=after
    )


async def _found(act: Act, check: Checks, id: str, version: int, what: DealAct) -> tuple[Key, Row]:
    """The asker's own deal, with the problem where it cannot take the act as it stands, or changed since it was read."""
    key = check.key("DealRegistration", "deal", id, "dealId")
    rows = await queries.deals(act.session, act.actor, [key]) if key is not None else []
    if key is not None and not rows:
        check.not_found("deal", "dealId")
    if key is None or not rows:
        check.settle()
        raise AssertionError("a missing deal is a problem")
    found = rows[0]
    over = found["status"] == DealStatus.APPROVED and found["protected_until"] <= datetime.now(UTC).date()
    status = DealStatus.EXPIRED if over else DealStatus(found["status"])
    if (wrong := not_now(status, what)) is not None:
        check.add(C.NOT_ACTIVE, wrong, "dealId")
    elif found["version"] != version:
        check.add(C.STALE, f"It has version {found['version']} by now. Read it again, then decide.", "expectedVersion")
    return key, found


async def _check_open(act: Act, check: Checks, key: Key, found: Row) -> None:
    access = await access_of(act.session, key.vendor_id, found["reseller_id"], Opening.DEAL_REGISTRATION)
    if not access.granted:
        check.add(C.NOT_ELIGIBLE, access.rule, "dealId")


async def _write(act: Act, key: Key, found: Row, status: DealStatus, values: Mapping[str, object]) -> None:
    """Change a deal that still stands as it was found. Raises Refused where somebody was first."""
    changed = await queries.change(act.session, key, found["version"], status.value, values)
    if not changed:
        raise refused(C.STALE, "Somebody changed it just now. Read it again, then decide.", "expectedVersion")
