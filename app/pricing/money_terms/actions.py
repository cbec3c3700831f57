"""What a vendor agrees with a distributor about price protection and stock rotation, from a day on.

What is agreed is never changed: other terms begin on a later day. So what was reckoned by earlier ones stays right.
"""

from datetime import UTC, datetime
from decimal import Decimal

from app.access.actor import Actor
from app.access.acts import acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.pricing.money_terms import queries
from app.pricing.money_terms.inputs import SetAgreementMoneyTermsInput
from app.programme.money import MICRO
from app.store.database import Row

C = UserErrorCode
LONGEST = 3_660
"Days that a look-back is at most: ten years."
MOST_OFFSETTING = 10 * MICRO


async def set_agreement_money_terms(request: Request[Actor], given: SetAgreementMoneyTermsInput) -> Key:
    """Set what an agreement of the vendor's own says from a day on. The agreement."""
    async with acting(request, "setAgreementMoneyTerms") as act:
        check = Checks()
        key = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        done = await act.done_before(given.idempotency_key, given)
        if done is not None and key is not None:
            return key
        if key is not None:
            await queries.one_at_a_time(act.session, key)
        found = await queries.agreement(act.session, key) if key is not None else None
        if key is not None and found is None:
            check.not_found("agreement", "agreementId")
        values = _values(check, given)
        if found is not None:
            _check_day(check, found, given)
        check.settle()
        assert key is not None and found is not None
        whose = {"distributor_id": found["distributor_id"], "set_at": datetime.now(UTC), "set_by": act.actor.name}
        await queries.insert(act.session, key, {**values, **whose})
        told = {name: str(value) if value is not None else None for name, value in values.items()}
        await act.record(global_id("DistributionAgreement", key), vendor_id=key.vendor_id, after=told)
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


def _check_day(check: Checks, found: Row, given: SetAgreementMoneyTermsInput) -> None:
    day, latest, today = given.effective_from, found["latest"], datetime.now(UTC).date()
    if not found["effective_start"] <= day < found["effective_end"]:
        wrong = f"The agreement is in effect from {found['effective_start']} to {found['effective_end']}."
        check.add(C.OUTSIDE_AGREEMENT, wrong, "effectiveFrom")
    elif latest is not None and day <= latest:
        check.add(
            C.OVERLAP, f"Terms from {latest} on are agreed already; others begin after that day.", "effectiveFrom"
        )
    elif latest is not None and day < today:
        check.add(
            C.TOO_LATE, f"What was agreed until today stays so; let it begin on {today} or later.", "effectiveFrom"
        )


def _values(check: Checks, given: SetAgreementMoneyTermsInput) -> dict[str, object]:
    protection, rotation = given.price_protection, given.stock_rotation
    values: dict[str, object] = {
        "effective_from": given.effective_from,
        "protects": protection is not None,
        "look_back_days": None,
        "in_transit": protection is not None and protection.in_transit,
        "minimum_drop": 0,
        "writes_up": protection is not None and protection.writes_up,
        "rotation_share": None,
        "offsetting_share": None,
    }
    if protection is not None:
        path = "priceProtection"
        values["minimum_drop"] = _share(check, protection.minimum_drop, 0, MICRO, path, "minimumDrop")
        if protection.look_back_days is not None:
            values["look_back_days"] = check.number(protection.look_back_days, 0, LONGEST, path, "lookBackDays")
    if rotation is not None:
        path = "stockRotation"
        values["rotation_share"] = _share(check, rotation.share, 1, MICRO, path, "share")
        if rotation.offsetting_share is not None:
            offsetting = _share(check, rotation.offsetting_share, 1, MOST_OFFSETTING, path, "offsettingShare")
            values["offsetting_share"] = offsetting
    return values


def _share(check: Checks, given: Decimal, least: int, most: int, *path: str) -> int:
    """A part of 1 as 10⁻⁶, within bounds."""
    share = check.scaled(given, 6, *path, least=least)
    if share > most:
        check.add(C.INVALID, f"This is at most {most // MICRO}, not {given:f}.", *path)
    return share
