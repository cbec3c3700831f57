"""The demo's money: statements, claims and debit memos in every state, also where making them was broken off."""

from collections import Counter
from datetime import date, timedelta

import pytest

from app.accruals.verify import unlike_accruals
from app.demo.actions import seed
from app.demo.claims import CREDIT_NUMBER, MATCHED, PROMOTION, UNMATCHED, claims
from app.demo.history import MONTHS, PRICE_CHANGE_MONTH, History
from app.demo.network import ALPHA, BRAZIL, network
from app.demo.sales import SPECIAL_PRICE, sales
from app.ledger.verify import unlike_ledger
from app.network.verify import differences
from app.store.connect import Urls
from app.store.database import Database, Row, acting_as_worker

UNTIL = date(2026, 11, 23)
HISTORY = History.until(UNTIL)
NORDWIND = network()[0]
AGREEMENT = NORDWIND.agreements[0]


class BrokenOff(Exception):
    pass


@pytest.fixture(scope="module")
async def made(urls: Urls, database: Database) -> Database:
    """A small demo network that was broken off once its statements were calculated, and finished in a later month."""

    def stop_late(what: str, done: int, of: int) -> None:
        if what == "Calculating statements" and done == of:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        await seed(urls, until=UNTIL, progress=stop_late, share=0.04)
    await seed(urls, until=UNTIL + timedelta(days=40), progress=lambda *_: None, share=0.04)
    return database


async def rows(made: Database, statement: str) -> list[Row]:
    async with made.reading(acting_as_worker(NORDWIND.id)) as db:
        return await db.rows(statement)


def test_alpha_buys_below_book_and_somebody_else_carries_its_number() -> None:
    assert AGREEMENT.distributor.name == BRAZIL
    months = list(sales(AGREEMENT, HISTORY))
    credited, disputed = claims(AGREEMENT, HISTORY, months)
    assert len(credited.products) == 2
    for each in credited.products:
        assert 0 < each.value < each.product.price("BRL", MONTHS - 1)
    buyers = Counter(line.authorization.reseller.name == ALPHA for line in credited.lines if line.authorization)
    assert buyers[False] == 1 and buyers[True] > 5
    assert not any(line.special_price_number == SPECIAL_PRICE for month in months[:-1] for line in month.sold or ())
    assert sum(line.quantity for line in disputed.lines) > disputed.products[0].units


async def test_one_claim_is_credited_but_for_a_line_of_the_wrong_customer(made: Database) -> None:
    (claim,) = await rows(made, f"SELECT * FROM debit_claim WHERE credit_number = '{CREDIT_NUMBER}'")
    assert claim["status"] == "CREDITED" and claim["amount_minor"] > 0
    lines = await rows(made, f"SELECT * FROM debit_claim_line WHERE claim_id = '{claim['id']}'")
    decided = {line["decision"]: line for line in lines}
    assert "APPROVED" in decided and decided["DENIED"]["denials"][0][0] == "WRONG_CUSTOMER"
    assert sum(line["amount_minor"] for line in lines) == claim["amount_minor"]


async def test_another_claim_is_disputed_because_too_few_units_were_authorised(made: Database) -> None:
    lines = await rows(
        made,
        "SELECT c.status, l.decision, l.denials::text AS denials FROM debit_claim c JOIN special_price s"
        " ON s.id = c.special_price_id JOIN debit_claim_line l ON l.claim_id = c.id"
        f" WHERE s.number = '{PROMOTION}'",
    )
    assert {line["status"] for line in lines} == {"DISPUTED"}
    assert any(line["decision"] != "DENIED" for line in lines)
    assert any("OVER_QUANTITY" in line["denials"] for line in lines)
    acts = await rows(made, "SELECT act, carried_out_at, refused FROM debit_claim_act")
    assert {act["act"] for act in acts} == {"CREDIT", "DISPUTE"}
    assert all(act["carried_out_at"] and act["refused"] is None for act in acts)


async def test_a_debit_memo_is_cleared_by_the_credit_that_it_names_and_one_ages(made: Database) -> None:
    (matched,) = await rows(made, f"SELECT * FROM deduction WHERE number = '{MATCHED}'")
    (claim,) = await rows(made, f"SELECT * FROM debit_claim WHERE credit_number = '{CREDIT_NUMBER}'")
    assert matched["claim"] == f"claim {claim['id']}" and matched["amount_minor"] == claim["amount_minor"]
    cleared = await rows(made, "SELECT amount_minor FROM transfer WHERE act = 'CLEAR'")
    assert [row["amount_minor"] for row in cleared] == [claim["amount_minor"]]
    (unmatched,) = await rows(made, f"SELECT * FROM deduction WHERE number = '{UNMATCHED}'")
    assert unmatched["claim"] is None and (UNTIL - unmatched["dated"]).days > 90
    assert not matched["waiting"] and not unmatched["waiting"]


async def test_protection_and_rotation_are_agreed_and_some_stock_is_to_go_back(made: Database) -> None:
    (terms,) = await rows(made, "SELECT * FROM agreement_money_terms")
    assert (terms["agreement_id"], terms["protects"], terms["rotation_share"]) == (AGREEMENT.id, True, 50_000)
    (rotation,) = await rows(made, "SELECT * FROM stock_credit WHERE kind = 'STOCK_ROTATION'")
    assert rotation["status"] == "OPEN" and rotation["units"] > 0 and rotation["amount_minor"] > 0


async def test_the_price_change_is_to_be_credited_for_what_was_counted_the_day_before(made: Database) -> None:
    found = await rows(made, "SELECT * FROM stock_credit WHERE kind = 'PRICE_PROTECTION'")
    assert len(found) == 2 and {row["effective_on"] for row in found} == {HISTORY.months[PRICE_CHANGE_MONTH]}
    assert {row["outcome"] for row in found} == {"CREDITED"} and all(row["amount_minor"] > 0 for row in found)
    counts = await rows(made, "SELECT * FROM submission WHERE kind = 'INVENTORY'")
    assert HISTORY.months[PRICE_CHANGE_MONTH] in {count["period_end"] for count in counts}
    assert all(count["status"] == "PROCESSED" and count["rows_rejected"] == 0 for count in counts)


async def test_tiers_of_one_agreement_set_its_prices_and_one_incentive_takes_returns_back_at_their_rate(
    made: Database,
) -> None:
    tiers = await rows(made, "SELECT agreement_id, rank, discount FROM volume_tier WHERE discount IS NOT NULL")
    assert {(row["agreement_id"], row["rank"], row["discount"]) for row in tiers} == {
        (AGREEMENT.id, 1, 0),
        (AGREEMENT.id, 2, 10_000),
        (AGREEMENT.id, 3, 20_000),
    }
    returned = "SELECT rule FROM incentive_term WHERE rule ->> 'returns' = 'ORIGINAL_RATE'"
    assert await rows(made, returned)
    assert await rows(made, "SELECT FROM statement_return")


async def test_statements_stand_in_every_state(made: Database) -> None:
    found = Counter(row["status"] for row in await rows(made, "SELECT status FROM statement"))
    assert {"ACCRUING", "CALCULATED", "APPROVED", "CREDITED", "DISPUTED"} <= set(found)
    assert not await rows(made, "SELECT FROM statement_decision WHERE carried_out_at IS NULL OR refused IS NOT NULL")
    incentives = {row["status"] for row in await rows(made, "SELECT status FROM incentive")}
    assert incentives == {"ACTIVE", "PROPOSED", "DRAFT"}


async def test_all_money_is_what_the_facts_say(made: Database) -> None:
    for vendor in network():
        async with made.reading(acting_as_worker(vendor.id)) as db:
            assert await differences(db, vendor.id) == []
            assert await unlike_accruals(db, vendor.id) == []
            assert await unlike_ledger(db, vendor.id) == []
