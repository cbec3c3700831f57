"""What a vendor agrees with a distributor about price protection, stock and advances, from a day on.

What is agreed is never changed: other terms begin on a later day. So what was reckoned by earlier ones stays right.
"""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.pricing.money_terms import queries
from app.pricing.money_terms.inputs import (
    InventoryStandardInput,
    SetAgreementMoneyTermsInput,
    StockRotationTermsInput,
)
from app.programme.money import MICRO
from app.store.database import Row

C = UserErrorCode
LONGEST = 3_660
"Days that a look-back is at most: ten years."
MOST_OFFSETTING = MOST_ADVANCED = 10 * MICRO
LONGEST_SUPPLY = 52_000
"Hundredths of weeks that stock is agreed to last at most: ten years."
MOST_PRODUCTS = 500
MOST_FAMILIES = 100


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
        if key is not None and given.stock_rotation is not None:
            values["rotation_excludes"] = await _excluded(act, check, key.vendor_id, given.stock_rotation)
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
        "rotation_excludes": None,
        "advance_share": None,
        **_standard(check, given.inventory_standard),
    }
    if given.advance_share is not None:
        values["advance_share"] = _share(check, given.advance_share, 0, MOST_ADVANCED, "advanceShare")
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


async def _excluded(
    act: Act, check: Checks, vendor_id: UUID, given: StockRotationTermsInput
) -> dict[str, list[str]] | None:
    """The products and families that do not go back; None where all do."""
    path, families = "stockRotation", given.excluded_families
    check.at_most(MOST_PRODUCTS, given.excluded_product_ids, path, "excludedProductIds")
    check.at_most(MOST_FAMILIES, families, path, "excludedFamilies")
    named = given.excluded_product_ids[:MOST_PRODUCTS]
    keys = [
        check.key("Product", "product", id, path, "excludedProductIds", str(place)) for place, id in enumerate(named)
    ]
    own = [each.id for each in keys if each is not None and each.vendor_id == vendor_id]
    known = await queries.known_products(act.session, vendor_id, own)
    for place, key in enumerate(keys):
        if key is not None and key.id not in known:
            check.not_found("product", path, "excludedProductIds", str(place))
    there = await queries.known_families(act.session, vendor_id, families[:MOST_FAMILIES])
    for place, family in enumerate(families[:MOST_FAMILIES]):
        if family not in there:
            wrong = f"You have no product of the family {family[:50]!r}."
            check.add(C.NOT_FOUND, wrong, path, "excludedFamilies", str(place))
    if not named and not families:
        return None
    return {"products": sorted({str(id) for id in known}), "families": sorted(there)}


def _standard(check: Checks, given: InventoryStandardInput | None) -> dict[str, object]:
    """How long stock should last, in hundredths of weeks."""
    if given is None:
        return {"stock_min_weeks": None, "stock_max_weeks": None}
    path = "inventoryStandard"
    least, most = (
        check.number(check.scaled(weeks, 2, path, name), 0, LONGEST_SUPPLY, path, name)
        for weeks, name in ((given.min_weeks, "minWeeks"), (given.max_weeks, "maxWeeks"))
    )
    if most < least:
        check.add(C.INVALID, "This is at least `minWeeks`.", path, "maxWeeks")
    return {"stock_min_weeks": least, "stock_max_weeks": most}


def _share(check: Checks, given: Decimal, least: int, most: int, *path: str) -> int:
    """A part of 1 as 10⁻⁶, within bounds."""
    share = check.scaled(given, 6, *path, least=least)
    if share > most:
        check.add(C.INVALID, f"This is at most {most // MICRO}, not {given:f}.", *path)
    return share
