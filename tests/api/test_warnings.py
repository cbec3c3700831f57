"""What is to be looked at in rows that count: the same whether a row counts at once or is released later, told to whoever
may know of it, and of two distributors' sales of one unit to the vendor alone."""

from typing import Any

import pytest

from tests.api.conftest import Api, Caller
from tests.api.held_kit import HEADER, Desk, in_order, product, reseller, standing

SERIALS = f"{HEADER},serial_numbers"
ISSUES = "query($id: ID!) { node(id: $id) { ... on Submission { issues(first: 250) { totalCount edges { node {"
ISSUES += (
    " row field code value settledAt } } } rows(first: 50) { edges { node { row outcome issues { code } } } } } } }"
)
LINES = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on SellThroughLine { documentNumber documentLine } } }"


@pytest.fixture
async def desk(api: Api) -> Desk:
    return await Desk.of(api)


@pytest.fixture
async def rival(api: Api) -> Desk:
    return await Desk.of(api, "Dist Two")


async def told(caller: Caller, submission: str, level: str = "vendor") -> dict[str, dict[str, Any]]:
    """The alerts about a report that a caller is told, by kind."""
    found = (await caller.ask(f"{level}/alerts.graphql", first=250))["viewer"]["alerts"]["edges"]
    return {each["node"]["kind"]: each["node"] for each in found if each["node"]["subject"]["id"] == submission}


async def evidence(caller: Caller, alert: dict[str, Any]) -> list[tuple[str, str] | None]:
    nodes = (await caller.ask(LINES, ids=alert["evidence"]))["nodes"]
    return [node and (node["documentNumber"], node["documentLine"]) for node in nodes]


async def issues(caller: Caller, submission: str) -> list[tuple[int, str]]:
    """What there is to say that is not settled, by row."""
    found = (await caller.ask(ISSUES, id=submission))["node"]
    assert found["issues"]["totalCount"] == len(found["issues"]["edges"])
    of_rows = {(row["node"]["row"], code["code"]) for row in found["rows"]["edges"] for code in row["node"]["issues"]}
    of_report = [edge["node"] for edge in found["issues"]["edges"]]
    assert of_rows == {(each["row"], each["code"]) for each in of_report if each["row"]}
    return [(each["row"], each["code"]) for each in of_report if each["row"] and each["settledAt"] is None]


async def test_released_rows_have_the_warnings_and_alerts_of_rows_that_count_at_once(api: Api, desk: Desk) -> None:
    await api.world.connection.execute(
        "UPDATE reseller_authorization SET effective_end = '2026-01-20' WHERE id = $1",
        api.world.authorizations["Acme", "Dist One", "Reseller Two"],
    )
    before = await desk.report("WR-1,1,2026-01-05,DRIVE-1,A-1,1,100,EUR,DE,SN-W1", header=SERIALS)
    rows = (
        "{d},1,2026-01-05,{p},A-1,1,900,EUR,DE,",
        "{d},2,2026-01-25,{p},A-2,1,100,EUR,DE,",
        "{d},3,2026-01-06,{p},A-1,1,100,EUR,DE,SN-W1",
        "{d},4,2026-01-06,{p},A-1,1,,,DE,",
        "{d},5,2026-01-05,{p},{a},1,100,EUR,DE,",
    )
    at_once = await desk.report(*(row.format(d="WR-2", p="DRIVE-1", a="A-1") for row in rows), header=SERIALS)
    later = await desk.report(*(row.format(d="WR-3", p="WR-CODE", a="WR-ACC") for row in rows), header=SERIALS)
    assert await desk.outcomes(later) == ["HELD"] * 5
    assert "PRICE_UNUSUAL" not in await told(desk.caller, later, "distributor")
    await desk.confirm("WR-CODE", productId=product(api, "DRIVE-1"))
    await desk.confirm("WR-ACC", resellerId=reseller(api, "Reseller One"))
    assert await desk.outcomes(later) == ["ACCEPTED"] * 5
    assert await desk.open_issues(later) == await desk.open_issues(at_once)
    assert sorted(code for codes in await desk.open_issues(later) for code in codes) == [
        *("PRICE_MISSING", "PRICE_UNUSUAL", "RESELLER_NOT_AUTHORIZED", "SERIAL_SOLD_TWICE"),
    ]
    for caller, level in ((desk.caller, "distributor"), (await api.vendor(), "vendor")):
        first, second = await told(caller, at_once, level), await told(caller, later, level)
        assert {kind: each["rows"] for kind, each in first.items()} == dict.fromkeys(second, 1)
        for kind, alert in second.items():
            (line,) = await evidence(caller, alert)
            assert line is not None and line[0] == "WR-3"
            assert await evidence(caller, first[kind]) == [("WR-2", line[1])]
    assert await told(desk.caller, before, "distributor") == {}
    await in_order(api)


async def test_a_warning_that_is_true_no_longer_when_a_row_is_released_is_settled(api: Api, desk: Desk) -> None:
    suspended = api.world.authorizations["Acme", "Dist One", "Reseller One"]
    change = "UPDATE reseller_authorization SET effective_end = $2 WHERE id = $1"
    end = await api.world.connection.fetchval(
        "SELECT effective_end FROM reseller_authorization WHERE id = $1", suspended
    )
    await api.world.connection.execute(change, suspended, end.replace(year=2025))
    report = await desk.report("WS-1,1,2026-01-05,WS-CODE,A-1,1,100,EUR,DE")
    await api.world.connection.execute(change, suspended, end)
    assert await desk.open_issues(report) == [["UNKNOWN_PRODUCT", "RESELLER_NOT_AUTHORIZED"]]
    await desk.confirm("WS-CODE", productId=product(api, "DRIVE-1"))
    assert await desk.open_issues(report) == [[]]


async def test_of_a_unit_that_two_distributors_sold_the_vendor_is_told_and_neither_of_them(
    api: Api, desk: Desk, rival: Desk
) -> None:
    vendor = await api.vendor()
    theirs = await rival.report("TW-9,1,2026-01-04,DRIVE-1,T-1,1,100,EUR,DE,SN-T1", header=SERIALS)
    assert "SERIAL_SOLD_BY_TWO" not in await told(vendor, theirs)
    private = await standing(api, "alert")
    ours = await desk.report(
        "TW-1,1,2026-01-05,DRIVE-1,A-1,2,100,EUR,DE,SN-T1|SN-T2",
        "TW-1,2,2026-01-05,DRIVE-2,A-1,1,250,EUR,DE,SN-T1",
        header=SERIALS,
    )
    alert = (await told(vendor, ours))["SERIAL_SOLD_BY_TWO"]
    assert (alert["rows"], alert["distributor"]["name"]) == (1, "Dist One")
    assert await evidence(vendor, alert) == [("TW-1", "1"), ("TW-9", "1")]
    assert alert["message"].startswith("1 row of the report of ")
    for seller, report in ((desk, ours), (rival, theirs)):
        assert await told(seller.caller, report, "distributor") == {}
        assert await issues(seller.caller, report) == []
    others = [each for each in (await standing(api, "alert"))["alert"] if each not in private["alert"]]
    assert len(others) == 1 and ",VENDOR," in others[0]
    assert await told(vendor, theirs) == {}, "told once, about the report that came later"


async def test_a_unit_that_came_back_or_was_passed_on_was_not_sold_by_two(api: Api, desk: Desk, rival: Desk) -> None:
    vendor, header = await api.vendor(), f"{SERIALS},sale_type"
    await rival.report("TB-9,1,2026-01-04,DRIVE-1,T-1,1,100,EUR,DE,SN-B1,SALE", header=header)
    await rival.report("TB-8,1,2026-01-04,DRIVE-1,T-1,1,100,EUR,DE,SN-B2,TRANSFER", header=header)
    await rival.report("TB-7,1,2026-01-05,DRIVE-1,T-1,-1,100,EUR,DE,SN-B1,RETURN", header=header)
    ours = await desk.report(
        "TB-1,1,2026-01-06,DRIVE-1,A-1,2,100,EUR,DE,SN-B1|SN-B2,SALE",
        header=header,
    )
    assert await desk.outcomes(ours) == ["ACCEPTED"] and await told(vendor, ours) == {}


async def test_a_unit_that_a_distributor_passed_on_to_a_branch_it_has_sold_once(api: Api, desk: Desk) -> None:
    header = f"{SERIALS},sale_type"
    report = await desk.report(
        "TO-1,1,2026-01-04,DRIVE-1,A-1,1,100,EUR,DE,SN-OWN,TRANSFER",
        "TO-2,1,2026-01-05,DRIVE-1,A-1,1,100,EUR,DE,SN-OWN,SALE",
        "TO-3,1,2026-01-06,DRIVE-1,A-1,1,100,EUR,DE,SN-OWN,TRANSFER",
        header=header,
    )
    assert await desk.outcomes(report) == ["ACCEPTED"] * 3 and await issues(desk.caller, report) == []
    again = await desk.report("TO-4,1,2026-01-07,DRIVE-1,A-1,1,100,EUR,DE,SN-OWN,SALE", header=header)
    assert await issues(desk.caller, again) == [(1, "SERIAL_SOLD_TWICE")]
    await in_order(api)


async def test_a_released_row_tells_the_vendor_of_a_unit_that_two_sold(api: Api, desk: Desk, rival: Desk) -> None:
    vendor = await api.vendor()
    await rival.report("TR-9,1,2026-01-04,DRIVE-1,T-1,1,100,EUR,DE,SN-R1", header=SERIALS)
    ours = await desk.report("TR-1,1,2026-01-05,TR-CODE,A-1,1,100,EUR,DE,SN-R1", header=SERIALS)
    assert await told(vendor, ours) == {}
    await desk.confirm("TR-CODE", productId=product(api, "DRIVE-1"))
    assert await evidence(vendor, (await told(vendor, ours))["SERIAL_SOLD_BY_TWO"]) == [("TR-1", "1"), ("TR-9", "1")]


async def test_what_is_wrong_with_a_field_that_is_not_disclosed_is_nothing_to_the_vendor(
    api: Api, desk: Desk, rival: Desk
) -> None:
    """Not in an issue, not in its count, not in a row's, not in an alert; that a row waits for an account the row says."""
    vendor = await api.vendor()
    await api.world.connection.execute(
        "UPDATE reseller_authorization SET effective_end = '2026-01-20' WHERE id = $1",
        api.world.authorizations["Acme", "Dist Two", "Hidden Reseller"],
    )
    for seller, account, expired in ((rival, "T-1", "T-2"), (desk, "A-1", "A-2")):
        report = await seller.report(
            f"UD-1,1,2026-01-05,DRIVE-1,{account},1,900,EUR,DE",
            f"UD-1,2,2026-01-05,DRIVE-1,{account},1,,,DE",
            f"UD-1,3,2026-01-05,DRIVE-1,{account},1,x,EUR,DE",
            f"UD-1,4,2026-01-25,DRIVE-1,{expired},1,100,EUR,DE",
            "UD-1,5,2026-01-05,DRIVE-1,WHO,1,100,EUR,DE",
            f"UD-1,6,2026-01-05,NOTHING,{account},1,100,EUR,FR",
            f"UD-1,7,2026-01-05,ND-CODE,{account},1,900,EUR,DE",
        )
        await seller.confirm("ND-CODE", productId=product(api, "DRIVE-1"))
        every = [
            *((1, "PRICE_UNUSUAL"), (2, "PRICE_MISSING"), (3, "MALFORMED_NUMBER"), (4, "RESELLER_NOT_AUTHORIZED")),
            *((5, "UNKNOWN_RESELLER_ACCOUNT"), (6, "UNKNOWN_PRODUCT"), (6, "OUTSIDE_TERRITORY"), (7, "PRICE_UNUSUAL")),
        ]
        assert await issues(seller.caller, report) == every
        assert (await told(seller.caller, report, "distributor")).keys() == {
            *("PRICE_UNUSUAL", "PRICE_MISSING", "RESELLER_NOT_AUTHORIZED"),
        }
        if seller is desk:
            assert await issues(vendor, report) == every
            assert (await told(vendor, report))["PRICE_UNUSUAL"]["rows"] == 2
        else:
            assert await issues(vendor, report) == every[4:7]
            assert await told(vendor, report) == {}


async def test_a_unit_is_sold_outside_the_territory_for_which_it_was_sold_in(api: Api, desk: Desk, rival: Desk) -> None:
    """By a country outside of it, or by another distributor; whose unit it was, nobody but the vendor can tell."""
    vendor = await api.vendor()
    line = "SI-1,1,2026-01-02,DRIVE-1,3,100,EUR,SN-O1|SN-O2|SN-O3"
    header = "document_number,document_line,sold_on,product_code,quantity,unit_price,currency,serial_numbers"
    payload = await vendor.act(
        "vendor/submit_sell_in.graphql",
        agreementId=desk.agreement,
        period={"start": "2026-01-01", "end": "2026-02-01"},
        uploadId=await vendor.upload(f"{header}\n{line}".encode()),
        idempotencyKey="sold in",
    )
    assert payload["userErrors"] == []
    await desk.count()
    outside = await desk.report(
        "OT-1,1,2026-01-05,DRIVE-1,A-1,1,100,EUR,DE,SN-O1",
        "OT-1,2,2026-01-05,DRIVE-1,A-1,1,100,EUR,FR,SN-O2",
        "OT-1,3,2026-01-05,DRIVE-1,A-1,1,100,EUR,DE,SN-O9",
        header=SERIALS,
    )
    assert await issues(desk.caller, outside) == [(2, "OUTSIDE_TERRITORY")]
    payload = await desk.decide("RELEASE", "OUTSIDE_TERRITORY", vendor, code="FR")
    assert payload["userErrors"] == [] and await issues(desk.caller, outside) == [(2, "SERIAL_OUTSIDE_TERRITORY")]
    theirs = await rival.report(
        "OT-9,1,2026-01-06,DRIVE-1,T-1,1,100,EUR,DE,SN-O3",
        "OT-9,2,2026-01-06,DRIVE-2,T-1,1,250,EUR,DE,SN-O1",
        header=SERIALS,
    )
    assert await issues(rival.caller, theirs) == await issues(vendor, theirs) == [(1, "SERIAL_OUTSIDE_TERRITORY")]
    for caller, report, level in ((desk.caller, outside, "distributor"), (rival.caller, theirs, "distributor")):
        assert (await told(caller, report, level))["SERIAL_OUTSIDE_TERRITORY"]["rows"] == 1
    header = f"{SERIALS},sale_type"
    await desk.report("OT-2,1,2026-01-06,DRIVE-1,A-1,1,100,EUR,DE,SN-O3,TRANSFER", header=header)
    passed_on = await rival.report("OT-8,1,2026-01-07,DRIVE-1,T-1,-1,100,EUR,DE,SN-O3,RETURN", header=header)
    again = await rival.report("OT-8,2,2026-01-08,DRIVE-1,T-1,1,100,EUR,DE,SN-O3,SALE", header=header)
    assert await issues(rival.caller, passed_on) == await issues(rival.caller, again) == []
