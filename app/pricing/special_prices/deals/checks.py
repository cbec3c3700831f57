"""Whether a special price fits the deal that it is granted for: reseller, supplier, end customer and products."""

from uuid import UUID

from app.access.acts import Act
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import key_of
from app.pricing.special_prices.deals import queries
from app.pricing.special_prices.inputs import GrantSpecialPriceInput
from app.programme.deals import DealStatus
from app.programme.end_customers import customer_hash, customer_name
from app.store.database import Row

C = UserErrorCode


async def deal_of(
    act: Act,
    check: Checks,
    vendor_id: UUID,
    distributor_id: UUID,
    values: dict[str, object],
    given: GrantSpecialPriceInput,
) -> UUID | None:
    """The deal that it is for, with every problem told to `check`; None where it is for none."""
    if given.deal_id is None:
        return None
    key = check.key("DealRegistration", "deal", given.deal_id, "dealId")
    deal = await queries.deal(act.session, key) if key is not None and key.vendor_id == vendor_id else None
    if key is not None and deal is None:
        check.not_found("deal", "dealId")
    if key is None or deal is None:
        return None
    if deal["status"] not in {DealStatus.APPROVED, DealStatus.WON}:
        check.add(C.NOT_ACTIVE, f"The deal is {deal['status']}; it has to be protected or won.", "dealId")
    _check_partners(check, deal, distributor_id, values)
    if values["end_customer"] is not None:
        compared = customer_hash(str(vendor_id), customer_name(str(values["end_customer"])))
        if compared != deal["name_hash"]:
            check.add(C.INVALID, "The deal is for another end customer.", "endCustomer")
    await _check_products(act, check, vendor_id, deal, given)
    return key.id


def _check_partners(check: Checks, deal: Row, distributor_id: UUID, values: dict[str, object]) -> None:
    customers = values["customer_ids"]
    assert isinstance(customers, list)
    if deal["reseller_id"] not in customers:
        check.add(C.INVALID, "Name the deal's reseller among the customers.", "customerIds")
    if deal["disclosed_distributor_id"] not in {None, distributor_id}:
        check.add(C.INVALID, "The deal names another distributor as its supplier.", "agreementId")


async def _check_products(act: Act, check: Checks, vendor_id: UUID, deal: Row, given: GrantSpecialPriceInput) -> None:
    keys = [key_of("Product", each.product_id) for each in given.products]
    families = await queries.families(act.session, vendor_id, [key.id for key in keys if key is not None])
    for place, key in enumerate(keys):
        family = families.get(key.id) if key is not None else None
        if family is not None and family not in deal["families"]:
            wrong = f"The deal is about no product of the family {family}."
            check.add(C.INVALID, wrong, "products", str(place), "productId")
