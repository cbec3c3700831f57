"""What a vendor agrees with a distributor about how much stock there should be, from a day on.

What is agreed is never changed: another standard begins on a later day, so what was judged by an earlier one stays so.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.access.actor import Actor
from app.access.acts import Act, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.inventory.standards import queries
from app.inventory.standards.inputs import SetInventoryStandardInput, StockBandInput, StockOverrideInput
from app.programme.terms import StandardBasis
from app.store.database import Row

C = UserErrorCode
MOST_OVERRIDES = 500
PLACES = {StandardBasis.WEEKS: 2, StandardBasis.UNITS: 3, StandardBasis.VALUE: 6}
LARGEST = {StandardBasis.WEEKS: 52_000, StandardBasis.UNITS: 10**15, StandardBasis.VALUE: 10**18}
"Of each basis, in the unit in which it is kept."
Band = tuple[str | None, int | None, int | None]
Whose = tuple[UUID | None, str | None]


async def set_inventory_standard(request: Request[Actor], given: SetInventoryStandardInput) -> Key:
    """Set how much stock there should be under an agreement of the vendor's own from a day on. The agreement."""
    async with acting(request, "setInventoryStandard") as act:
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
        check.at_most(MOST_OVERRIDES, given.overrides, "overrides")
        overrides = given.overrides[:MOST_OVERRIDES]
        bands = [_band(check, given.band, "band")]
        bands += [_band(check, each.band, "overrides", str(n), "band") for n, each in enumerate(overrides)]
        whose = await _whose(act, check, key, overrides) if key is not None and found is not None else []
        if found is not None:
            _check_day(check, found, given)
        check.settle()
        assert key is not None and found is not None
        said = list(zip([(None, None), *whose], bands, strict=True))
        await _write(act, key, found["distributor_id"], given, said)
        await act.remember(given.idempotency_key, given, str(key.id))
    return key


async def _write(
    act: Act, key: Key, distributor_id: UUID, given: SetInventoryStandardInput, said: list[tuple[Whose, Band]]
) -> None:
    now = datetime.now(UTC)
    lines = [
        (given.effective_from, place, product, family, *band, now, act.actor.name)
        for place, ((product, family), band) in enumerate(said)
    ]
    await queries.insert(act.session, key, distributor_id, lines)
    told = [
        {
            "product": str(product) if product else None,
            "family": family,
            "basis": band[0],
            "from": band[1],
            "to": band[2],
        }
        for (product, family), band in said
    ]
    after = {"effective_from": str(given.effective_from), "lines": told}
    await act.record(global_id("DistributionAgreement", key), vendor_id=key.vendor_id, after=after)


def _band(check: Checks, given: StockBandInput | None, *path: str) -> Band:
    """Basis, least and most in the unit in which they are kept; nothing where nothing is asked."""
    if given is None:
        return None, None, None
    places, largest = PLACES[given.basis], LARGEST[given.basis]
    least, most = (
        check.number(check.scaled(amount, places, *path, name), 0, largest, *path, name)
        for amount, name in ((given.minimum, "minimum"), (given.maximum, "maximum"))
    )
    if most < least:
        check.add(C.INVALID, "This is at least the minimum.", *path, "maximum")
    return given.basis.value, least, most


async def _whose(act: Act, check: Checks, agreement: Key, overrides: Sequence[StockOverrideInput]) -> list[Whose]:
    """The product or family of each line. A problem for each that names neither, both, one twice, or one unknown."""
    keys = [
        check.key("Product", "product", each.product_id, "overrides", str(n), "productId")
        if each.product_id is not None
        else None
        for n, each in enumerate(overrides)
    ]
    own = [key.id for key in keys if key is not None and key.vendor_id == agreement.vendor_id]
    families = [each.product_family for each in overrides if each.product_family is not None]
    known = await queries.known(act.session, agreement.vendor_id, own, [each for each in families if "\0" not in each])
    found: list[Whose] = []
    for number, (each, key) in enumerate(zip(overrides, keys, strict=True)):
        path = ("overrides", str(number))
        if (each.product_id is None) == (each.product_family is None):
            check.add(C.INVALID, "Name either a product or a family.", *path)
        elif key is not None and key.id not in known["products"]:
            check.not_found("product", *path, "productId")
        elif each.product_family is not None and each.product_family not in known["families"]:
            wrong = f"You have no product of the family {each.product_family[:50]!r}."
            check.add(C.NOT_FOUND, wrong, *path, "productFamily")
        whose = (key.id if key is not None else None, each.product_family)
        if whose in found:
            check.add(C.INVALID, "This one is named twice; say of each once what is asked.", *path)
        found.append(whose)
    return found


def _check_day(check: Checks, found: Row, given: SetInventoryStandardInput) -> None:
    day, latest, today = given.effective_from, found["latest"], datetime.now(UTC).date()
    if not found["effective_start"] <= day < found["effective_end"]:
        wrong = f"The agreement is in effect from {found['effective_start']} to {found['effective_end']}."
        check.add(C.OUTSIDE_AGREEMENT, wrong, "effectiveFrom")
    elif latest is not None and day <= latest:
        wrong = f"A standard from {latest} on is set already; another begins after that day."
        check.add(C.OVERLAP, wrong, "effectiveFrom")
    elif latest is not None and day < today:
        wrong = f"What was agreed until today stays so; let it begin on {today} or later."
        check.add(C.TOO_LATE, wrong, "effectiveFrom")
