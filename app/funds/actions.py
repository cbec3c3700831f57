"""What the vendor does about a fund: it makes one for a partner, puts money into it, and changes its terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id, read_global_id
from app.execution.request import Request
from app.funds import queries
from app.funds.books.actions import Books, opened
from app.funds.inputs import CreateFundInput, FundAccrualInput, GrantFundsInput, SetFundTermsInput
from app.funds.terms import accruals_of, as_kept
from app.programme.currencies import CURRENCIES
from app.programme.fund_terms import FundBasis, FundEntryKind, FundPeriod
from app.programme.funds import Accrual, period_of
from app.programme.money import MICRO, places_of
from app.store.database import Session
from app.store.identity import new_id

C = UserErrorCode
MOST_TERMS = 100
"How often the accrual of a fund can be changed."


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose fund it is: that of an agreement's distributor, or of a reseller."""

    agreement: Key | None = None
    distributor_id: object = None
    reseller: Key | None = None

    @property
    def columns(self) -> dict[str, object]:
        return {
            "agreement_id": self.agreement.id if self.agreement else None,
            "distributor_id": self.distributor_id,
            "reseller_id": self.reseller.id if self.reseller else None,
        }


@dataclass(frozen=True, slots=True)
class _Shares:
    """What of a fund's terms is checked alike whenever they are set."""

    name: str
    share: int
    claim_days: int
    approves_up_to: int | None
    approves_in_month: int | None


async def create_fund(request: Request[Actor], given: CreateFundInput) -> Key:
    """Make a fund for a distributor's agreement or for a reseller."""
    async with acting(request, "createFund") as act:
        if done := await act.done_before(given.idempotency_key, given):
            return _key(done)
        check = Checks()
        owner = await _owner(act.session, check, given)
        check.currency(given.currency, "currency")
        places = places_of(given.currency) if given.currency in CURRENCIES else 2
        terms = _shares(check, given, places)
        _check_expiry(check, given.expires_on, given.starts_on)
        accruals = _first_accrual(check, given, is_resellers=owner.reseller is not None)
        check.settle()
        assert act.actor.vendor_id is not None
        key = Key(act.actor.vendor_id, new_id())
        values: dict[str, object] = {
            "vendor_id": key.vendor_id,
            "id": key.id,
            **owner.columns,
            "kind": given.kind.value,
            "name": terms.name,
            "currency": given.currency,
            "starts_on": given.starts_on,
            "expires_on": given.expires_on,
            "accrues_per": given.accrues_per.value if given.accrues_per else None,
            "accruals": as_kept(accruals),
            "reimbursement_share": terms.share,
            "claim_days": terms.claim_days,
            "approves_up_to_minor": terms.approves_up_to,
            "approves_in_month_minor": terms.approves_in_month,
            "created_by": act.actor.name,
            "created_at": datetime.now(UTC),
        }
        await queries.insert_fund(act.session, values)
        await _record(act, key, None, given)
        await act.remember(given.idempotency_key, given, global_id("Fund", key))
        return key


async def _owner(session: Session, check: Checks, given: CreateFundInput) -> _Owner:
    """Whose the fund shall be; a partner that the vendor cannot see is none."""
    if (given.agreement_id is None) == (given.reseller_id is None):
        check.add(C.REQUIRED, "Name either the agreement of a distributor or a reseller.", "agreementId")
        return _Owner()
    if given.agreement_id is not None:
        key = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        row = await queries.agreement(session, key) if key is not None else None
        if key is not None and row is None:
            check.not_found("agreement", "agreementId")
        if row is None:
            return _Owner()
        if row["status"] != "ACTIVE":
            check.add(C.NOT_ACTIVE, "The agreement has ended.", "agreementId")
        return _Owner(agreement=key, distributor_id=row["distributor_id"])
    key = check.key("Reseller", "reseller", given.reseller_id or "", "resellerId")
    if key is not None and not await queries.is_reseller(session, key):
        check.not_found("reseller", "resellerId")
    return _Owner(reseller=key)


def _shares(check: Checks, given: CreateFundInput | SetFundTermsInput, places: int) -> _Shares:
    taken = check.scaled(given.reimbursement_share, 6, "reimbursementShare", least=1)
    if taken > MICRO:
        check.add(C.INVALID, "A share is above 0 and at most 1: 0.5 is half of the cost.", "reimbursementShare")
    name, days = check.name(given.name, "name"), check.number(given.claim_days, 1, 730, "claimDays")
    return _Shares(name, taken, days, *_limits(check, given.approves_up_to, given.approves_in_month, places))


def _limits(
    check: Checks, up_to: Decimal | None, in_month: Decimal | None, places: int
) -> tuple[int | None, int | None]:
    """What is approved at once: of one request, and of all in a month."""
    one = None if up_to is None else check.scaled(up_to, places, "approvesUpTo", least=1)
    if in_month is None:
        return one, None
    month = check.scaled(in_month, places, "approvesInMonth", least=1)
    if one is None or month < one:
        wrong = "A month's limit goes with that of one request, and is no less than it."
        check.add(C.INVALID, wrong, "approvesInMonth")
    return one, month


def _check_expiry(check: Checks, expires_on: date | None, starts_on: date) -> None:
    if expires_on is not None and expires_on <= max(starts_on, datetime.now(UTC).date()):
        check.add(C.INVALID, "A fund expires after its first day, and after today.", "expiresOn")


def _first_accrual(check: Checks, given: CreateFundInput, *, is_resellers: bool) -> list[Accrual]:
    if (given.accrues_per is None) != (given.accrual is None):
        check.add(C.REQUIRED, "What accrues says how, and over which period; what is granted alone neither.", "accrual")
        return []
    if given.accrual is None:
        return []
    return [_accrual(check, given.accrual, given.starts_on, is_resellers=is_resellers)]


def _accrual(check: Checks, given: FundAccrualInput, since: date, *, is_resellers: bool) -> Accrual:
    if is_resellers and given.basis is FundBasis.SELL_THROUGH:
        message = "A reseller sells through nobody: its fund accrues on PURCHASES."
        check.add(C.INVALID, message, "accrual", "basis")
    if (given.share is None) == (given.per_unit is None):
        check.add(C.REQUIRED, "Name either a share or an amount per unit.", "accrual", "share")
    share = None if given.share is None else check.scaled(given.share, 6, "accrual", "share")
    if share is not None and share > MICRO:
        check.add(C.INVALID, "A share is from 0 to 1: 0.02 is 2 %.", "accrual", "share")
    per_unit = None if given.per_unit is None else check.scaled(given.per_unit, 6, "accrual", "perUnit")
    return Accrual(since, given.basis, given.of_previous_period, share, per_unit)


async def grant_funds(request: Request[Actor], given: GrantFundsInput) -> Key:
    """Put money into a fund."""
    async with acting(request, "grantFunds") as act:
        if done := await act.done_before(given.idempotency_key, given):
            return _key(done)
        check = Checks()
        books = await found(act.session, check, given.fund_id)
        reason = check.prose(given.reason, "reason")
        amount = check.scaled(given.amount, places_of(books.fund["currency"]), "amount", least=1)
        _check_lasts(check, books)
        check.settle()
        before = books.balance.available
        await books.move(FundEntryKind.GRANT, amount, reason, by=act.actor.name)
        told = {"available": before}, {"granted": amount, "available": books.balance.available, "reason": reason}
        await _record(act, books.key, *told)
        await act.remember(given.idempotency_key, given, global_id("Fund", books.key))
        return books.key


async def found(session: Session, check: Checks, fund_id: str) -> Books:
    """The books of a fund that the asker sees; refused where there is none."""
    key = check.key("Fund", "fund", fund_id, "fundId")
    books = await opened(session, key) if key is not None else None
    if key is not None and books is None:
        check.not_found("fund", "fundId")
    if books is None:
        check.settle()
    assert books is not None
    return books


def _check_lasts(check: Checks, books: Books) -> None:
    if books.is_over(datetime.now(UTC).date()):
        check.add(C.NOT_ACTIVE, f"The fund expired on {books.fund['expires_on']}.", "fundId")


async def set_fund_terms(request: Request[Actor], given: SetFundTermsInput) -> Key:
    """Change the terms of a fund. What accrued stays; how it accrues changes from a later period on."""
    async with acting(request, "setFundTerms") as act:
        check = Checks()
        books = await found(act.session, check, given.fund_id)
        fund = books.fund
        if fund["version"] != given.expected_version:
            wrong = f"It has version {fund['version']} by now. Read it again, then change it."
            check.add(C.STALE, wrong, "expectedVersion")
        _check_lasts(check, books)
        _check_expiry(check, given.expires_on, fund["starts_on"])
        places = places_of(fund["currency"])
        terms = _shares(check, given, places)
        accruals = _later_accruals(check, given, books)
        check.settle()
        settled = (terms.name, given.expires_on, terms.share, terms.claim_days)
        limits = (terms.approves_up_to, terms.approves_in_month)
        await queries.set_terms(act.session, books.key, *settled, *limits, as_kept(accruals))
        limited = ("approves_up_to_minor", "approves_in_month_minor")
        names = ("name", "expires_on", "reimbursement_share", "claim_days", *limited, "accruals")
        await _record(act, books.key, {name: fund[name] for name in names}, given)
        return books.key


def _later_accruals(check: Checks, given: SetFundTermsInput, books: Books) -> Sequence[Accrual]:
    """How the fund accrues, with what is added from a later period on."""
    standing = accruals_of(books.fund["accruals"])
    if given.accrual is None and given.accrual_since is None:
        return standing
    if given.accrual is None or given.accrual_since is None:
        check.add(C.REQUIRED, "Say how it accrues and from which day on.", "accrualSince")
        return standing
    if not standing:
        check.add(C.INVALID, "This fund does not accrue; grant money, or make another fund.", "accrual")
        return standing
    if len(standing) >= MOST_TERMS:
        check.add(C.INVALID, f"The accrual was changed {MOST_TERMS} times; make another fund.", "accrual")
    period = period_of(FundPeriod(books.fund["accrues_per"]), given.accrual_since)
    latest = max(standing[-1].since, datetime.now(UTC).date())
    if period.start != given.accrual_since or given.accrual_since <= latest:
        wrong = f"Terms change with a period that begins after {latest}: the {period.end}, say."
        check.add(C.INVALID, wrong, "accrualSince")
    is_resellers = books.fund["reseller_id"] is not None
    return [*standing, _accrual(check, given.accrual, given.accrual_since, is_resellers=is_resellers)]


async def _record(act: Act, key: Key, before: object, after: object) -> None:
    await act.record(global_id("Fund", key), vendor_id=key.vendor_id, before=before, after=after)


def _key(done: str) -> Key:
    read = read_global_id(done)
    assert read is not None
    return read.key
