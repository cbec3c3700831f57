"""What distributors and vendors do with authorisations: authorise a reseller, change its accounts and credit.

A distributor authorises whom it knows: a reseller of another of its agreements with the vendor, or a new one. What the
vendor learns of it is what the agreement discloses: under one that does not disclose resellers the authorisation stands
beside a number without a party, and only the distributor writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.access.actor import Actor
from app.access.acts import Act, Concerns, acting
from app.execution.checks import Checks, refused, trimmed
from app.execution.errors import ErrorCode, Fault, UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.execution.scalars import DateRangeInput
from app.partners.agreements.actions import days
from app.partners.agreements.queries import agreement_for_act
from app.partners.authorizations import queries
from app.partners.authorizations.inputs import (
    AuthorizeResellerInput,
    CreditTermsInput,
    NewResellerInput,
    UpdateResellerInput,
)
from app.partners.organizations.actions import insert_party
from app.partners.organizations.queries import party_of_kind
from app.programme.currencies import MINOR_UNITS
from app.programme.spans import Span
from app.programme.terms import AgreementStatus, AuthorizationStatus, Level, PartnerType, PartyKind
from app.store.database import Row
from app.store.identity import new_id
from app.store.jobs import Job, enqueue

MOST_ACCOUNTS = 50
LONGEST_ACCOUNT = 50


@dataclass(frozen=True, slots=True)
class Whom:
    """The reseller that is authorised, as its distributor and the vendor name it."""

    id: UUID
    name: str
    country: str
    region: str | None
    partner_type: PartnerType
    tax_number: str | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """Credit terms as the table keeps them: the limit in minor units of the currency."""

    currency: str
    limit_minor: int
    payment_days: int


async def authorize_reseller(request: Request[Actor], given: AuthorizeResellerInput) -> Key:
    """Let a reseller buy from a distributor under an agreement."""
    level = side(request.actor)
    async with acting(request, "authorizeReseller") as act:
        done = await act.done_before(given.idempotency_key, given)
        if done is not None:
            return _read(done)
        check = Checks()
        accounts = accounts_of(check, given.accounts, "accounts")
        credit = credit_of(check, level, given.credit_terms)
        agreement_key = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        agreement = await open_agreement(act, check, agreement_key, level)
        if agreement_key is None or agreement is None:
            check.settle()
            raise AssertionError("a missing agreement is a problem")
        effective = effective_days(check, agreement, given.effective)
        whom = await _whom(act, check, agreement_key, agreement["distributor_id"], given)
        check.settle()
        assert whom is not None
        key = Key(agreement_key.vendor_id, new_id())
        await _insert(act, key, agreement, whom, accounts, effective)
        await _take_accounts(act, key, agreement["id"], agreement["distributor_id"], whom.id, accounts, "accounts")
        if credit is not None:
            await _write_credit(act, key, agreement, whom.id, credit)
        if not whom.is_new:
            await enqueue(act.session, Job.ALIGN_ENROLLMENTS, vendor_id=key.vendor_id, authorization_id=key.id)
        after = {"reseller": whom.name, "accounts": accounts, "status": AuthorizationStatus.ACTIVE}
        told = Concerns(distributor_id=agreement["distributor_id"], reseller_id=whom.id)
        await act.record(gid(key), vendor_id=key.vendor_id, after=after, concerns=told)
        await act.remember(given.idempotency_key, given, f"{key.vendor_id}/{key.id}")
        return key


async def update_reseller(request: Request[Actor], given: UpdateResellerInput) -> Key:
    """Add accounts to an authorisation, or replace its credit terms."""
    level = side(request.actor)
    async with acting(request, "updateReseller") as act:
        check = Checks()
        added = accounts_of(check, given.add_accounts or (), "addAccounts")
        credit = credit_of(check, level, given.credit_terms)
        if not added and credit is None and not check.problems:
            check.add(UserErrorCode.REQUIRED, "This changes nothing: name accounts to add, or credit terms.")
        key, found = await found_for_act(act, check, given.authorization_id)
        _check_changeable(check, found, given.expected_version)
        check.at_most(MOST_ACCOUNTS, [*found["accounts"], *added], "addAccounts")
        check.settle()
        agreement_id, distributor_id = found["agreement_id"], found["distributor_id"]
        await _take_accounts(act, key, agreement_id, distributor_id, found["reseller_id"], added, "addAccounts")
        if credit is not None:
            agreement = await agreement_for_act(act.session, Key(key.vendor_id, agreement_id))
            assert agreement is not None
            await _write_credit(act, key, agreement, found["reseller_id"], credit)
        await act.session.execute(
            "UPDATE reseller_authorization SET accounts = accounts || $3::text[], version = version + 1"
            " WHERE vendor_id = $1 AND id = $2",
            key.vendor_id,
            key.id,
            added,
        )
        after = {"addedAccounts": added, "creditTerms": "replaced" if credit is not None else "unchanged"}
        told = Concerns(distributor_id=distributor_id, reseller_id=found["reseller_id"])
        await act.record(gid(key), vendor_id=key.vendor_id, after=after, concerns=told)
        return key


def side(actor: Actor) -> Level:
    """The level of who acts. Raises FORBIDDEN for a reseller, who authorises nobody."""
    if actor.level is Level.RESELLER:
        raise Fault(ErrorCode.FORBIDDEN, "Only a distributor or a vendor authorises resellers.")
    return actor.level


def accounts_of(check: Checks, given: Sequence[str], path: str) -> list[str]:
    """Account numbers, each once and in bounds."""
    accounts = [trimmed(number) for number in given[: MOST_ACCOUNTS + 1]]
    check.at_most(MOST_ACCOUNTS, given, path)
    for place, number in enumerate(accounts):
        if check.name(number, path, str(place)) and len(number) > LONGEST_ACCOUNT:
            check.add(UserErrorCode.INVALID, f"At most {LONGEST_ACCOUNT} characters fit.", path, str(place))
    twice = next((number for place, number in enumerate(accounts) if number in accounts[:place]), None)
    if twice is not None:
        check.add(UserErrorCode.INVALID, f"{twice!r} stands here twice.", path)
    return accounts


def credit_of(check: Checks, level: Level, given: CreditTermsInput | None) -> Credit | None:
    """Credit terms as they are kept; none but a distributor gives any."""
    if given is None:
        return None
    if level is not Level.DISTRIBUTOR:
        wrong = "Credit terms are between distributor and reseller; leave them out."
        check.add(UserErrorCode.INVALID, wrong, "creditTerms")
    check.currency(given.currency, "creditTerms", "currency")
    places = MINOR_UNITS.get(given.currency, 2)
    limit = check.scaled(given.limit, places, "creditTerms", "limit")
    return Credit(given.currency, limit, check.number(given.payment_days, 0, 365, "creditTerms", "paymentDays"))


async def open_agreement(act: Act, check: Checks, key: Key | None, level: Level) -> Row | None:
    """An agreement under which resellers may be authorised."""
    found = await agreement_for_act(act.session, key) if key is not None else None
    if found is None:
        if key is not None:
            check.not_found("agreement", "agreementId")
        return None
    today = _today(found)
    if found["status"] != AgreementStatus.ACTIVE or found["effective_end"] <= today:
        check.add(UserErrorCode.NOT_ACTIVE, "This agreement has ended.", "agreementId")
    elif level is Level.VENDOR and not found["discloses_reseller"]:
        wrong = "This agreement does not disclose resellers to you; its distributor authorises them."
        check.add(UserErrorCode.INVALID, wrong, "agreementId")
    return found


def _today(agreement: Row) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(agreement["time_zone"])).date()


def effective_days(check: Checks, agreement: Row, given: DateRangeInput | None) -> Span:
    """The days on which the reseller may buy, all of them days of the agreement."""
    start, end = agreement["effective_start"], agreement["effective_end"]
    if given is None:
        return Span(min(max(start, _today(agreement)), end - timedelta(days=1)), end)
    effective = days(check, given, "effective")
    if effective.start < start or effective.end > end:
        wrong = f"The agreement is in effect from {start} to {end}; choose days among these."
        check.add(UserErrorCode.OUTSIDE_AGREEMENT, wrong, "effective")
    return effective


async def _whom(
    act: Act, check: Checks, agreement: Key, distributor_id: UUID, given: AuthorizeResellerInput
) -> Whom | None:
    """The reseller that is meant: one that the actor knows, or a new one."""
    choice = given.reseller
    if choice.new:
        return _new(check, choice.new)
    key = check.key("Reseller", "reseller", choice.reseller_id or "", "reseller", "resellerId")
    if key is None:
        return None
    known = (
        await queries.known_reseller(act.session, key, distributor_id) if key.vendor_id == agreement.vendor_id else []
    )
    by_vendor = act.actor.level is Level.VENDOR
    found = await party_of_kind(act.session, key, PartyKind.RESELLER) if by_vendor else next(iter(known), None)
    if found is None:
        check.not_found("reseller", "reseller", "resellerId")
        return None
    if any(row["agreement_id"] == agreement.id for row in known):
        wrong = f"{found['name']} is authorised under this agreement already; change that authorisation instead."
        check.add(UserErrorCode.TAKEN, wrong, "reseller", "resellerId")
    elif not by_vendor and all(row["status"] != AuthorizationStatus.ACTIVE for row in known):
        wrong = f"Your other authorisations of {found['name']} are not active; reinstate one first."
        check.add(UserErrorCode.NOT_ACTIVE, wrong, "reseller", "resellerId")
    return Whom(key.id, found["name"], found["country"], found["region"], PartnerType(found["partner_type"]))


def _new(check: Checks, given: NewResellerInput) -> Whom:
    at = ("reseller", "new")
    return Whom(
        id=new_id(),
        name=check.name(given.name, *at, "name"),
        country=check.country(given.country, *at, "country"),
        region=check.optional_name(given.region, *at, "region"),
        partner_type=given.partner_type,
        tax_number=check.optional_name(given.tax_number, *at, "taxNumber"),
        is_new=True,
    )


async def _insert(act: Act, key: Key, agreement: Row, whom: Whom, accounts: list[str], effective: Span) -> None:
    discloses = agreement["discloses_reseller"]
    if whom.is_new:
        party = Key(key.vendor_id, whom.id)
        kind, country = PartyKind.RESELLER, whom.country
        await insert_party(
            act, party, kind, whom.name, country, whom.region, whom.partner_type, whom.tax_number, disclosed=discloses
        )
    distributor = await party_of_kind(
        act.session, Key(key.vendor_id, agreement["distributor_id"]), PartyKind.DISTRIBUTOR
    )
    assert distributor is not None
    written = await act.session.execute(
        "INSERT INTO reseller_authorization (vendor_id, id, agreement_id, distributor_id, reseller_id,"
        " disclosed_reseller_id, status, reseller_name, reseller_country, reseller_region, partner_type,"
        " distributor_name, distributor_country, accounts, effective_start, effective_end, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        " ON CONFLICT (vendor_id, agreement_id, reseller_id) DO NOTHING",
        key.vendor_id,
        key.id,
        agreement["id"],
        agreement["distributor_id"],
        whom.id,
        whom.id if discloses else new_id(),
        AuthorizationStatus.ACTIVE,
        whom.name,
        whom.country,
        whom.region,
        whom.partner_type,
        distributor["name"],
        distributor["country"],
        accounts,
        effective.start,
        effective.end,
        datetime.now(UTC),
    )
    if not written:
        wrong = f"{whom.name} is authorised under this agreement already; change that authorisation instead."
        raise refused(UserErrorCode.TAKEN, wrong, "reseller", "resellerId")


async def _take_accounts(
    act: Act, key: Key, agreement_id: UUID, distributor_id: UUID, reseller_id: UUID, accounts: list[str], path: str
) -> None:
    """Give the account numbers to the reseller, in the order of the numbers, so that two acts never wait for each other."""
    check = Checks()
    for number in sorted(accounts):
        taken = not await act.session.execute(
            "INSERT INTO account (vendor_id, agreement_id, number, authorization_id, distributor_id, reseller_id)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            key.vendor_id,
            agreement_id,
            number,
            key.id,
            distributor_id,
            reseller_id,
        )
        if taken:
            wrong = f"The account number {number!r} is in use under this agreement."
            check.add(UserErrorCode.TAKEN, wrong, path, str(accounts.index(number)))
    check.settle()


async def _write_credit(act: Act, key: Key, agreement: Row, reseller_id: UUID, credit: Credit) -> None:
    await act.session.execute(
        "INSERT INTO credit_terms (vendor_id, authorization_id, agreement_id, distributor_id, reseller_id, currency,"
        " credit_limit_minor, payment_days, disclosed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (vendor_id, authorization_id) DO UPDATE SET currency = excluded.currency,"
        " credit_limit_minor = excluded.credit_limit_minor, payment_days = excluded.payment_days",
        key.vendor_id,
        key.id,
        agreement["id"],
        agreement["distributor_id"],
        reseller_id,
        credit.currency,
        credit.limit_minor,
        credit.payment_days,
        agreement["discloses_credit_terms"],
    )


async def found_for_act(act: Act, check: Checks, id: str) -> tuple[Key, Row]:
    """The authorisation that is changed. Refuses with every problem found so far where there is none."""
    key = check.key("ResellerAuthorization", "authorisation", id, "authorizationId")
    found = await queries.authorization_for_act(act.session, key) if key is not None else None
    if key is not None and found is None:
        check.not_found("authorisation", "authorizationId")
    if key is None or found is None:
        check.settle()
        raise AssertionError("a missing authorisation is a problem")
    return key, found


def _check_changeable(check: Checks, found: Row, expected: int) -> None:
    if found["status"] == AuthorizationStatus.ENDED:
        check.add(UserErrorCode.NOT_ACTIVE, "This authorisation has ended.", "authorizationId")
    if found["version"] != expected:
        wrong = (
            f"Somebody changed this meanwhile: it is at version {found['version']}. Look at it again, then change it."
        )
        check.add(UserErrorCode.STALE, wrong, "expectedVersion")


def gid(key: Key) -> str:
    """The global id of an authorisation."""
    return global_id("ResellerAuthorization", key)


def _read(done: str) -> Key:
    vendor_id, _, authorization_id = done.partition("/")
    return Key(UUID(vendor_id), UUID(authorization_id))
