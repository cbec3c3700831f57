"""The test world with something of everything in it, so that every field of the contract has an object to be asked of:
programmes with tiers and benefits, enrolments, credit, prices, and reports with rows of every outcome, counted.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.execution.identifiers import Key, global_id
from app.network.calendars.actions import follow_calendar
from app.reports.counting.actions import count_reports
from app.reports.periods.clock import watch_periods
from tests.api.conftest import Api, Caller
from tests.execution.furnished_back_tests import furnish_back_tests
from tests.execution.furnished_commissions import furnish_commissions
from tests.execution.furnished_development import furnish_development
from tests.execution.furnished_enablement import furnish_enablement
from tests.execution.furnished_erasure import furnish_erasure
from tests.execution.furnished_exports import furnish_exports
from tests.execution.furnished_forecasts import furnish_forecasts
from tests.execution.furnished_inventory import furnish_inventory
from tests.execution.furnished_merging import furnish_merging
from tests.execution.furnished_money import furnish_money
from tests.execution.furnished_partners import PERSON, furnish_partners
from tests.execution.furnished_planning import furnish_planning
from tests.execution.furnished_programs import furnish_programs
from tests.execution.furnished_resellers import furnish_resellers
from tests.execution.furnished_rewards import furnish_rewards
from tests.execution.furnished_segments import furnish_segments
from tests.execution.furnished_time import furnish_time
from tests.execution.furnished_volume import furnish_volume
from tests.execution.furnished_webhooks import furnish_webhooks

SELL_THROUGH = "document_number,document_line,sold_on,product_code,reseller_account,quantity,unit_price,currency"
SELL_IN = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency"
PERIOD = {"start": "2026-07-01", "end": "2026-10-01"}


async def furnish(api: Api) -> None:
    """Give Acme's network something of everything, by the acts that partners have."""
    await _program(api)
    await _packing(api)
    await _alerts(api)
    await _reports(api)
    await _numbers(api)
    await _held(api)
    await _calendar(api)
    await _sell_out(api)
    await furnish_programs(api)
    await furnish_volume(api)
    await furnish_inventory(api)
    await furnish_back_tests(api)
    await furnish_money(api)
    await furnish_webhooks(api)
    await furnish_exports(api, PERSON)
    await furnish_partners(api)
    await furnish_rewards(api)
    await furnish_resellers(api)
    await furnish_development(api)
    await furnish_enablement(api)
    await furnish_segments(api)
    await furnish_erasure(api)
    await furnish_commissions(api)
    await furnish_time(api)
    await furnish_merging(api)
    await furnish_planning(api)
    await furnish_forecasts(api)


async def done(caller: Caller, document: str, **given: Any) -> Any:
    payload = await caller.act(document, **given)
    assert payload["userErrors"] == [], payload["userErrors"]
    return next(value for name, value in payload.items() if name != "userErrors")


def gid(api: Api, kind: str, name: str) -> str:
    held: Any = api.world.products if kind == "Product" else api.world.parties
    return global_id(kind, Key(api.world.vendors["Acme"], held["Acme", name]))


async def _program(api: Api) -> None:
    vendor = await api.vendor()
    requirements = [
        {"kind": "PURCHASES", "needed": "100000.50", "currency": "EUR"},
        {"kind": "CERTIFICATIONS", "needed": "3"},
    ]
    program = await done(
        vendor,
        "vendor/create_program.graphql",
        name="Partner Club",
        description="For resellers that grow.",
        audience="RESELLER",
        partnerTypes=["VAR"],
        countries=["DE"],
        tiers=[{"name": "Member", "requirements": []}, {"name": "Gold", "requirements": requirements}],
        benefits=[
            {"name": "Portal", "description": "Sales tools.", "fromRank": 0, "whereToUse": "portal.example"},
            {"name": "Funds", "description": "Market funds.", "fromRank": 2},
        ],
        idempotencyKey=uuid4().hex,
    )
    for name in ("Reseller One", "Reseller Two"):
        enrollment = await done(
            vendor,
            "vendor/enroll_reseller.graphql",
            resellerId=gid(api, "Reseller", name),
            programId=program["id"],
            tierRank=1,
            idempotencyKey=uuid4().hex,
        )
    await done(
        vendor,
        "vendor/decide_enrollment.graphql",
        enrollmentId=enrollment["id"],
        expectedVersion=enrollment["version"],
        tierRank=2,
        reason="It grew.",
    )


async def _alerts(api: Api) -> None:
    """What an agreement says about due days, alerts that the clock raises in two months of the furnished period, a settled
    one, and what the rows of a report warn of."""
    vendor = await api.vendor()
    await done(
        vendor,
        "vendor/set_reporting_calendar.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        businessDays=True,
        holidays=["2026-10-01"],
        expectedVersion=0,
    )
    for now in (datetime(2026, 9, 10, tzinfo=UTC), datetime(2026, 9, 20, tzinfo=UTC)):
        await watch_periods(api.database, now)
    data = await vendor.ask("{ viewer { alerts(first: 1) { edges { node { id } } } } }")
    (alert,) = data["viewer"]["alerts"]["edges"]
    await done(vendor, "vendor/settle_alert.graphql", alertId=alert["node"]["id"])


async def _packing(api: Api) -> None:
    """A unit beside the base unit, and a kit."""
    vendor = await api.vendor()
    drive, switch = gid(api, "Product", "DRIVE-1"), gid(api, "Product", "SWITCH-1")
    await done(
        vendor,
        "vendor/set_product_units.graphql",
        productId=drive,
        units=[{"unit": "CS", "factor": "12"}],
        idempotencyKey=uuid4().hex,
    )
    bundle = {"sku": "BUNDLE-1", "name": "Bundle", "family": "Bundles", "baseUnit": "EA"}
    kit, *_ = await done(vendor, "vendor/create_products.graphql", products=[bundle], idempotencyKey=uuid4().hex)
    await done(
        vendor,
        "vendor/set_bill_of_material.graphql",
        productId=kit["id"],
        effectiveFrom="2026-01-01",
        components=[{"productId": drive, "quantity": "2"}, {"productId": switch, "quantity": "0.5"}],
        idempotencyKey=uuid4().hex,
    )


async def _reports(api: Api) -> None:
    """A row of every outcome, an alias that released some, sell-in, a report that could not be read, and credit."""
    distributor, vendor = await api.distributor(), await api.vendor()
    await done(
        distributor,
        "distributor/save_column_mapping.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        name="ERP export",
        settings={"columns": [{"header": "Salesperson", "field": None}]},
        expectedVersion=0,
        idempotencyKey=uuid4().hex,
    )
    rows = [
        "S-1,1,2026-07-05,DRIVE-1,A-1,3,120,EUR",
        "S-1,2,2026-08-05,SWITCH-1,A-2,-1,50,EUR",
        "S-2,1,2026-09-05,OURS-1,A-1,5,110,EUR",
        "S-3,1,2026-09-06,DRIVE-1,NOBODY,5,110,EUR",
        "S-4,1,yesterday,DRIVE-1,A-1,x,110,EUR",
        "S-1,1,2026-07-05,DRIVE-1,A-1,3,120,EUR",
    ]
    for text in ("\n".join([SELL_THROUGH, *rows]), "no report at all"):
        await done(
            distributor,
            "distributor/submit_sell_through.graphql",
            agreementId=api.world.agreement_gid("Acme", "Dist One"),
            period=PERIOD,
            source={"uploadId": await distributor.upload(text.encode())},
            idempotencyKey=uuid4().hex,
        )
    await done(
        vendor,
        "vendor/submit_sell_in.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period=PERIOD,
        uploadId=await vendor.upload(f"{SELL_IN}\nI-1,1,2026-07-03,DRIVE-1,50,80,EUR\n".encode()),
        idempotencyKey=uuid4().hex,
    )
    await api.count()
    await _stock(api, distributor)
    for code, meaning in (
        ("OURS-1", {"productId": gid(api, "Product", "DRIVE-1")}),
        ("NOBODY", {"resellerId": gid(api, "Reseller", "Reseller Two")}),
    ):
        await done(
            distributor,
            "distributor/confirm_alias.graphql",
            agreementId=api.world.agreement_gid("Acme", "Dist One"),
            code=code,
            meaning=meaning,
        )
    await api.count()
    key = Key(api.world.vendors["Acme"], api.world.authorizations["Acme", "Dist One", "Reseller One"])
    await done(
        distributor,
        "distributor/update_reseller.graphql",
        authorizationId=global_id("ResellerAuthorization", key),
        expectedVersion=1,
        creditTerms={"limit": "5000", "currency": "EUR", "paymentDays": 30},
    )


async def _stock(api: Api, distributor: Caller) -> None:
    """A count, a count that waits for a code, and a movement of a lot."""
    line = {"warehouse": "North", "productCode": "DRIVE-1", "countedOn": "2026-07-05", "quantity": "12", "unit": "EA"}
    moved = {"movement": "RECEIPT", "reference": "DN-1", "referenceLine": "1", "lot": "L-7"}
    await done(
        distributor,
        "distributor/submit_inventory.graphql",
        agreementId=api.world.agreement_gid("Acme", "Dist One"),
        period=PERIOD,
        source={"lines": [line, {**line, "productCode": "THEIRS-1"}, {**line, **moved}]},
        idempotencyKey=uuid4().hex,
    )
    await api.count()


async def _held(api: Api) -> None:
    """Codes that nobody knows and that are like known ones, a row outside the territory that was let pass, and an alias that
    was undone."""
    distributor, vendor = await api.distributor(), await api.vendor()
    agreement = api.world.agreement_gid("Acme", "Dist One")
    rows = [
        "H-1,1,2026-07-05,DRIVE.1,A-1,3,120,EUR,DE",
        "H-1,2,2026-07-05,DRIVE-1,A.2,3,120,EUR,DE",
        "H-1,3,2026-07-06,DRIVE-1,A-1,3,120,EUR,FR",
        "H-1,4,2026-07-06,GONE-1,A-1,3,120,EUR,DE",
    ]
    await done(
        distributor,
        "distributor/submit_sell_through.graphql",
        agreementId=agreement,
        period=PERIOD,
        source={"uploadId": await distributor.upload("\n".join([f"{SELL_THROUGH},ship_to_country", *rows]).encode())},
        idempotencyKey=uuid4().hex,
    )
    await api.count()
    gone = await done(
        distributor,
        "distributor/confirm_alias.graphql",
        agreementId=agreement,
        code="GONE-1",
        meaning={"productId": gid(api, "Product", "DRIVE-2")},
    )
    await api.count()
    await done(distributor, "distributor/undo_alias.graphql", aliasId=gone["id"])
    await done(
        vendor,
        "vendor/waive_held_rows.graphql",
        agreementId=agreement,
        decision="RELEASE",
        hold="OUTSIDE_TERRITORY",
        held={"code": "FR"},
        reason="Agreed by letter.",
        idempotencyKey=uuid4().hex,
    )
    await api.count()


async def _numbers(api: Api) -> None:
    """Numbers by which firms are known, and volume tiers."""
    write = api.world.connection.execute
    await write("UPDATE party SET tax_number = 'DE 1' WHERE name = ANY ('{Dist One,Reseller One}')")
    await write(
        "INSERT INTO volume_tier (vendor_id, agreement_id, distributor_id, rank, name, threshold)"
        " SELECT vendor_id, id, distributor_id, rank, 'Tier ' || rank, 10^9 * rank"
        " FROM agreement, generate_series(1, 5) rank"
    )


async def _calendar(api: Api) -> None:
    """A fiscal calendar that figures follow, and an exchange rate."""
    vendor = await api.vendor()
    await done(
        vendor, "vendor/set_fiscal_calendar.graphql", pattern="WEEKS_4_4_5", closingMonth=12, yearName="LAST_MONTH"
    )
    await follow_calendar(api.database, api.world.vendors["Acme"])
    rate = {"base": "USD", "quote": "EUR", "effectiveFrom": "2024-01-01", "rate": "0.92"}
    await done(vendor, "vendor/set_exchange_rates.graphql", rates=[rate], idempotencyKey=uuid4().hex)


async def _sell_out(api: Api) -> None:
    """What a reseller sold to end customers, some of it in a unit that nobody knows."""
    found = await api.world.connection.fetchval(
        "SELECT id FROM enrollment WHERE reseller_id = $1", api.world.parties["Acme", "Reseller One"]
    )
    line = {"documentNumber": "E-1", "soldOn": "2026-08-05", "productCode": "DRIVE-1", "quantity": "2"}
    priced = {"unitPrice": "140", "currency": "EUR", "endCustomer": "Anna Koch", "serialNumbers": ["E-S1"]}
    await done(
        await api.reseller(),
        "reseller/submit_sell_out.graphql",
        enrollmentId=global_id("Enrollment", Key(api.world.vendors["Acme"], found)),
        period=PERIOD,
        source={"lines": [{**line, **priced, "documentLine": "1"}, {**line, "documentLine": "2", "unit": "CRATE"}]},
        idempotencyKey=uuid4().hex,
    )
    answer = await count_reports(api.database, api.world.vendors["Acme"], api.world.parties["Acme", "Reseller One"])
    assert answer is None
