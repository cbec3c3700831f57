"""The demo network as it is written down: for each table its rows, apart by who may write them.

The operator knows firms, people, and which party is whom. A vendor sets up its programmes, products, prices, agreements
and the resellers that it may know; a distributor the resellers that it does not disclose, credit terms, and its own codes.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from app.access.roles import Role
from app.demo.history import PRICE_CHANGE_MONTH, History, derived_id, midnight
from app.demo.network import Agreement, Authorization, Organization, Product, Reseller, Vendor
from app.demo.people import Person
from app.demo.program_records import of_programs, of_volume_tiers
from app.demo.programs import Enrollment, Program, enrollments, programs, volume_tiers
from app.demo.sales import OWN_CODE, OWN_PRODUCT, Month
from app.demo.standards import standards
from app.programme.eligibility import DecidedBy
from app.programme.spans import Span, months_earlier
from app.programme.terms import EnrollmentStatus

Record = dict[str, object]
Records = dict[str, list[Record]]
"Table → its rows; tables in the order in which they refer to each other."
Sales = Mapping[UUID, Sequence[Month]]
"Agreement → its months."


def of_operator(vendors: Sequence[Vendor], firms: Sequence[Organization], history: History) -> Records:
    """The firms and their people, the vendors, and every party with the firm that it is."""
    at = midnight(history.start)
    everyone = [*(vendor.organization for vendor in vendors), *firms]
    people = [Person(firm, Role(role)) for firm in everyone for role in firm.roles]
    return {
        "organization": [{"id": f.id, "name": f.name, "country": f.country, "created_at": at} for f in everyone],
        "user_account": [{"id": each.id, "email": each.email, "name": each.name, "created_at": at} for each in people],
        "membership": [
            {
                "organization_id": each.firm.id,
                "user_id": each.id,
                "role": each.role.value,
                "name": each.name,
                "email": each.email,
                "granted_at": at,
            }
            for each in people
        ],
        "vendor": [_vendor(vendor) for vendor in vendors],
        "party": [party | {"created_at": at} for vendor in vendors for party in _parties(vendor)],
        "party_link": [link | {"linked_from": at} for vendor in vendors for link in _links(vendor)],
    }


def _vendor(vendor: Vendor) -> Record:
    firm = vendor.organization
    return {
        "id": vendor.id,
        "organization_id": firm.id,
        "name": firm.name,
        "country": firm.country,
        "region": firm.region,
    }


def _parties(vendor: Vendor) -> Iterator[Record]:
    for agreement in vendor.agreements:
        yield _party(vendor, "DISTRIBUTOR", agreement.distributor_id, agreement.distributor)
    for reseller in vendor.resellers:
        yield _party(vendor, "RESELLER", reseller.id, reseller)


def _party(vendor: Vendor, kind: str, party_id: UUID, firm: Organization | Reseller) -> Record:
    reseller = firm if isinstance(firm, Reseller) else None
    return {
        "vendor_id": vendor.id,
        "id": party_id,
        "kind": kind,
        "name": firm.name,
        "partner_type": reseller.partner_type if reseller else None,
        "country": firm.country,
        "region": firm.region,
        "tax_number": reseller.tax_number if reseller else None,
        "disclosed": reseller is None or reseller.disclosed,
    }


def _links(vendor: Vendor) -> Iterator[Record]:
    for agreement in vendor.agreements:
        yield {
            "vendor_id": vendor.id,
            "party_id": agreement.distributor_id,
            "organization_id": agreement.distributor.id,
        }
    for reseller in vendor.resellers:
        if reseller.organization_id is not None:
            yield {"vendor_id": vendor.id, "party_id": reseller.id, "organization_id": reseller.organization_id}


def of_vendor(vendor: Vendor, history: History, sold: Sales) -> Records:
    """What a vendor sets up: programmes, products, prices, agreements, the resellers that it may know, enrolments."""
    tracks = programs(vendor)
    known = [
        (agreement, each)
        for agreement in vendor.agreements
        for each in agreement.authorizations
        if each.disclosed_reseller_id == each.reseller.id
    ]
    enrolled = enrollments(vendor, sold, history)
    made: Records = {
        **of_programs(tracks, history),
        "product": [_product(product, history) for product in vendor.products],
        "book_price": [row for product in vendor.products for row in _prices(vendor, product, history)],
        "agreement": [
            _agreement(each, tracks[0], history, volume_tiers(each, sold[each.id])[1]) for each in vendor.agreements
        ],
        "inventory_standard": standards(vendor, history),
        "volume_tier": [row for each in vendor.agreements for row in of_volume_tiers(each, sold[each.id])],
        "reseller_authorization": [_authorization(agreement, each, history) for agreement, each in known],
        "account": [row for agreement, each in known for row in _accounts(agreement, each)],
        "enrollment": [_enrollment(each, history) for each in enrolled],
        "enrollment_event": [row for each in enrolled for row in _events(each)],
    }
    return {table: [{"vendor_id": vendor.id, **row} for row in rows] for table, rows in made.items()}


def of_distributor(agreements: Sequence[Agreement], history: History) -> Records:
    """What a distributor adds in every network that it is in: resellers it does not disclose, credit terms, its codes."""
    theirs = [(agreement, each) for agreement in agreements for each in agreement.authorizations]
    hidden = [(agreement, each) for agreement, each in theirs if each.disclosed_reseller_id != each.reseller.id]
    return {
        "reseller_authorization": [
            {"vendor_id": agreement.vendor_id, **_authorization(agreement, each, history)} for agreement, each in hidden
        ],
        "account": [
            {"vendor_id": agreement.vendor_id, **row}
            for agreement, each in hidden
            for row in _accounts(agreement, each)
        ],
        "credit_terms": [
            {"vendor_id": agreement.vendor_id, **_credit(agreement, each)}
            for agreement, each in theirs
            if each.credit_limit_minor is not None
        ],
        "alias": [
            _alias(agreement, product, history)
            for agreement in agreements
            for product in agreement.products
            if product.sku == OWN_PRODUCT and agreement.terms.code == "BR"
        ],
    }


def of_worker(vendor: Vendor, history: History, sold: Sales) -> Records:
    """What distributors may know of the enrolments of their resellers."""
    enrolled = {each.reseller.id: each for each in enrollments(vendor, sold, history)}
    return {
        "distributor_enrollment": [
            {
                "vendor_id": vendor.id,
                "authorization_id": each.id,
                "enrollment_id": found.id,
                "distributor_id": agreement.distributor_id,
                "reseller_id": each.reseller.id,
                "agreement_id": agreement.id,
                "program_id": found.program.id,
                "status": found.events[-1].status.value,
                "tier_id": _tier_id(found.program, found.events[-1].rank),
            }
            for agreement in vendor.agreements
            for each in agreement.authorizations
            if (found := enrolled.get(each.reseller.id)) is not None
        ]
    }


def _product(product: Product, history: History) -> Record:
    day = history.months[product.first_month] if product.new else history.effective.start
    return {
        "id": product.id,
        "sku": product.sku,
        "gtin": product.gtin,
        "name": product.name,
        "family": product.family.name,
        "base_unit": "EA",
        "introduced_on": day,
        "created_at": midnight(day) - timedelta(days=30),
    }


def _prices(vendor: Vendor, product: Product, history: History) -> Iterator[Record]:
    """The opening price, and the one after the change in mid-history, each announced thirty days ahead."""
    start = history.months[product.first_month] if product.new else history.effective.start
    change = history.months[PRICE_CHANGE_MONTH]
    for currency in sorted({agreement.terms.currency for agreement in vendor.agreements}):
        for span, month in ((Span(start, change), 0), (Span(change, history.effective.end), PRICE_CHANGE_MONTH)):
            yield {
                "product_id": product.id,
                "currency": currency,
                "effective_from": span.start,
                "effective_until": span.end if span.end == change else None,
                "price": product.price(currency, month),
                "announced_at": midnight(span.start) - timedelta(days=30),
            }


def _agreement(agreement: Agreement, track: Program, history: History, commitment: int) -> Record:
    terms = agreement.terms
    return {
        "id": agreement.id,
        "distributor_id": agreement.distributor_id,
        "program_id": track.id,
        "status": "ACTIVE",
        "effective_start": history.effective.start,
        "effective_end": history.effective.end,
        "territory": list(terms.territory),
        "currency": terms.currency,
        "time_zone": terms.time_zone,
        "volume_period": terms.volume_period,
        "volume_commitment": commitment,
        "threshold_rule": "REACHED",
        "cadence": "MONTHLY",
        "due_days": terms.due_days,
        "grace_days": terms.grace_days,
        "mandatory_fields": list(terms.mandatory_fields),
        "formats": ["INLINE", "CSV", "X12"],
        "discloses_resale_price": "resale_price" in terms.discloses,
        "discloses_end_customer": "end_customer" in terms.discloses,
        "discloses_reseller": "reseller" in terms.discloses,
        "discloses_credit_terms": "credit_terms" in terms.discloses,
        "created_at": midnight(history.effective.start),
    }


def _authorization(agreement: Agreement, each: Authorization, history: History) -> Record:
    start = history.months[each.first_month] if each.first_month else history.effective.start
    return {
        "id": each.id,
        "agreement_id": agreement.id,
        "distributor_id": agreement.distributor_id,
        "reseller_id": each.reseller.id,
        "disclosed_reseller_id": each.disclosed_reseller_id,
        "status": "SUSPENDED" if each.suspended else "ACTIVE",
        "reseller_name": each.reseller.name,
        "reseller_country": each.reseller.country,
        "reseller_region": each.reseller.region,
        "partner_type": each.reseller.partner_type,
        "distributor_name": agreement.distributor.name,
        "distributor_country": agreement.distributor.country,
        "accounts": list(each.accounts),
        "effective_start": start,
        "effective_end": history.effective.end,
        "suspended_by": "DISTRIBUTOR" if each.suspended else None,
        "suspension_reason": "Invoices overdue for more than ninety days." if each.suspended else None,
        "created_at": midnight(start),
    }


def _accounts(agreement: Agreement, each: Authorization) -> list[Record]:
    return [_of_authorization(agreement, each) | {"number": number} for number in each.accounts]


def _of_authorization(agreement: Agreement, each: Authorization) -> Record:
    return {
        "authorization_id": each.id,
        "agreement_id": agreement.id,
        "distributor_id": agreement.distributor_id,
        "reseller_id": each.reseller.id,
    }


def _credit(agreement: Agreement, each: Authorization) -> Record:
    return _of_authorization(agreement, each) | {
        "currency": agreement.terms.currency,
        "credit_limit_minor": each.credit_limit_minor,
        "payment_days": each.payment_days,
        "disclosed": "credit_terms" in agreement.terms.discloses,
    }


def _alias(agreement: Agreement, product: Product, history: History) -> Record:
    return {
        "vendor_id": agreement.vendor_id,
        "id": derived_id("alias", str(agreement.id), OWN_CODE),
        "agreement_id": agreement.id,
        "distributor_id": agreement.distributor_id,
        "kind": "PRODUCT",
        "code": OWN_CODE,
        "product_id": product.id,
        "confirmed_by": f"{agreement.distributor.name} ERP",
        "confirmed_at": midnight(history.start),
    }


def _enrollment(each: Enrollment, history: History) -> Record:
    first, last = each.events[0], each.events[-1]
    return {
        "id": each.id,
        "program_id": each.program.id,
        "reseller_id": each.reseller.id,
        "status": last.status.value,
        "tier_id": _tier_id(each.program, last.rank),
        "since": last.day,
        "pinned_until": months_earlier(history.end, -6) if each.by_hand else None,
        "version": len(each.events),
        "created_at": midnight(first.day),
    }


def _events(each: Enrollment) -> list[Record]:
    return [
        {
            "id": derived_id("event", str(each.id), str(place), at=midnight(event.day)),
            "enrollment_id": each.id,
            "reseller_id": each.reseller.id,
            "status": event.status.value,
            "tier_id": _tier_id(each.program, event.rank),
            "reason": event.reason,
            "decided_by": (DecidedBy.RESELLER if event.status is EnrollmentStatus.APPLIED else DecidedBy.VENDOR).value,
            "happened_at": midnight(event.day) + timedelta(hours=10),
        }
        for place, event in enumerate(each.events)
    ]


def _tier_id(program: Program, rank: int | None) -> UUID | None:
    return None if rank is None else program.tiers[rank - 1].id
