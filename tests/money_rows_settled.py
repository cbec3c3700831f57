"""More money under one agreement, see `money_rows`: credits for stock, deductions, commitments, transfers; and what a vendor
says to its whole network about prices."""

import json
from datetime import timedelta
from uuid import UUID

import asyncpg

from app.programme.line_places import line_place
from app.store.identity import new_id
from tests.money_rows import AT, BOTH, UNANNOUNCED, VENDOR, Kept, Owner, Under


async def stock_credits(owner: Owner, under: Under, kept: Kept) -> None:
    """Price protection that was approved, and rotation that waits; terms of both."""
    word = owner.word
    await owner.add(
        "agreement_money_terms",
        **under.ids,
        effective_from=under.start,
        protects=True,
        look_back_days=30,
        in_transit=True,
        minimum_drop=10_000,
        writes_up=False,
        rotation_share=50_000,
        offsetting_share=10**6,
        set_at=AT,
        set_by=word(VENDOR),
    )
    bought = await owner.db.fetch(
        "SELECT submission_id, row_number, component, product_id, sold_on, document_kind, document_number, document_line"
        " FROM sell_in_line WHERE vendor_id = $1 AND agreement_id = $2 AND superseded IS NULL AND replaced IS NULL"
        " AND component >= 0 AND quantity > 0 ORDER BY product_id, submission_id, row_number",
        under.vendor_id,
        under.agreement_id,
    )
    counted = await owner.db.fetchval(
        "SELECT submission_id FROM inventory_count WHERE vendor_id = $1 AND agreement_id = $2 LIMIT 1",
        under.vendor_id,
        under.agreement_id,
    )
    product_id = bought[0]["product_id"] if bought else under.products[0]
    count = {"warehouse": word(BOTH), "status": "GOOD", "counted_on": under.start.isoformat(), "quantity": 1_000}
    protection = kept.add("StockCredit")
    await owner.add(
        "stock_credit",
        **under.ids,
        id=protection,
        kind="PRICE_PROTECTION",
        status="APPROVED",
        revision=1,
        currency="EUR",
        effective_on=under.start + timedelta(days=1),
        product_id=product_id,
        outcome="CREDITED",
        price_before=10**8,
        price_after=9 * 10**7,
        counted_on=under.start,
        counts=json.dumps([{**count, "submission_id": str(counted or new_id())}]),
        units=1_000,
        amount_minor=1_000,
        approved_units=1_000,
        approved_minor=1_000,
        steps=[word(BOTH)],
        reason=word(BOTH),
        filed_at=AT,
        decided_at=AT,
        credit_number=word(BOTH),
    )
    for position, row in enumerate((each for each in bought if each["product_id"] == product_id), 1):
        await _credit_line(owner, under, protection, position, row)
    await owner.add(
        "stock_credit",
        **under.ids,
        id=kept.add("StockCredit"),
        kind="STOCK_ROTATION",
        status="OPEN",
        revision=0,
        currency="EUR",
        effective_on=under.start,
        period_start=under.start,
        period_end=under.end,
        asked=json.dumps([]),
        order_number=word(BOTH),
        filed_at=AT,
    )
    for act, by in (("APPROVE", "VENDOR"), ("ACCEPT", "DISTRIBUTOR")):
        await owner.add(
            "stock_credit_act",
            **under.ids,
            id=new_id(),
            stock_credit_id=protection,
            revision=1,
            act=act,
            reason=word(BOTH),
            acted_as=by,
            acted_by=word(VENDOR),
            acted_at=AT,
            carried_out_at=AT,
        )


async def _credit_line(owner: Owner, under: Under, credit_id: UUID, position: int, bought: asyncpg.Record) -> None:
    named = (bought["document_kind"], bought["document_number"], bought["document_line"], bought["component"])
    await owner.add(
        "stock_credit_line",
        **under.ids,
        stock_credit_id=credit_id,
        position=position,
        product_id=bought["product_id"],
        purchase="/".join(map(str, named)),
        submission_id=bought["submission_id"],
        place=line_place(bought["row_number"], bought["component"]),
        bought_on=bought["sold_on"],
        quantity=500,
        refused=0,
        paid=10**7,
        unit_cost=10**7,
        per_unit=10**6,
        approved=500,
    )


async def deductions(owner: Owner, under: Under, kept: Kept) -> None:
    """A memo that belongs to a claim, and one that might."""
    claim = kept.of["DebitClaim"][0]
    for matched in (True, False):
        number = owner.word(BOTH)
        belongs = {"claim": f"claim {claim}", "match_kind": "CONFIRMED", "matched_at": AT} if matched else {}
        await owner.add(
            "deduction",
            **under.ids,
            **belongs,
            id=kept.add("Deduction"),
            number=number,
            folded_number=number,
            kind="SPECIAL_PRICE",
            amount_minor=21 if matched else 4_300,
            currency="EUR",
            dated=(AT + timedelta(days=1)).date(),
            reference=owner.word(BOTH),
            recorded_as="DISTRIBUTOR",
            recorded_at=AT,
            by_hand=False,
            waiting=False,
        )


async def transfers(owner: Owner, under: Under, kept: Kept) -> None:
    """What was accrued, reserved and voided about the special price."""
    subject, claim = kept.of["SpecialPrice"][0], kept.of["DebitClaim"][0]
    reserved = new_id()
    for id, act, debit, credit, of in (
        (new_id(), "ACCRUE", "EXPENSE", "ACCRUED", None),
        (reserved, "RESERVE", "ACCRUED", "RESERVED", None),
        (new_id(), "VOID", "RESERVED", "ACCRUED", reserved),
    ):
        await owner.add(
            "transfer",
            **under.ids,
            id=id,
            kind="SPECIAL_PRICE",
            subject_id=subject,
            currency="EUR",
            act=act,
            debit=debit,
            credit=credit,
            amount_minor=4_321,
            posted_on=under.start,
            reservation_id=of,
            cause=f"claim {claim}",
            recorded_at=AT,
        )


async def settlement(owner: Owner, under: Under) -> None:
    """What was decided about a commitment that was missed."""
    year = under.start.replace(month=1, day=1)
    await owner.add(
        "commitment_settlement",
        **under.ids,
        id=new_id(),
        period_start=year.replace(year=year.year - 1),
        period_end=year,
        sequence=1,
        currency="EUR",
        waived=True,
        note=owner.word(BOTH),
        decided_by=owner.word(VENDOR),
        decided_at=AT,
        actual=10**6,
        commitment=10**7,
        shortfall=9 * 10**6,
        consequence="NONE",
        fee_minor=0,
        posted_minor=0,
        settled_at=AT,
    )


async def contested(owner: Owner, under: Under, statement_id: UUID) -> None:
    """What both sides decided about a statement, what was found about its gate, and what was paid in advance."""
    for decision, by, reason in (("DISPUTE", "DISTRIBUTOR", owner.word(BOTH)), ("APPROVE", "VENDOR", None)):
        await owner.add(
            "statement_decision",
            **under.ids,
            id=new_id(),
            statement_id=statement_id,
            revision=1,
            decision=decision,
            reason=reason,
            decided_by=owner.word(VENDOR),
            decided_by_name=owner.word(BOTH if by == "DISTRIBUTOR" else VENDOR),
            decided_as=by,
            decided_at=AT,
            carried_out_at=AT,
        )
    about = {**under.ids, "statement_id": statement_id}
    told = {"id": new_id(), "gate": "In time", "is_met": True, "note": owner.word(VENDOR)}
    who = {"confirmed_by": owner.word(VENDOR), "confirmed_by_name": owner.word(VENDOR), "confirmed_at": AT}
    await owner.add("gate_proof", **about, **told, **who)
    paid = {"id": new_id(), "amount_minor": 100, "paid_on": under.start, "reference": owner.word(VENDOR)}
    by = {"recorded_by": owner.word(VENDOR), "recorded_by_name": owner.word(VENDOR), "recorded_at": AT}
    await owner.add("advance", **about, **paid, **by)
    await owner.db.execute(
        "UPDATE statement SET calculated_by = $2, calculated_by_name = $3, credit_number = $4 WHERE id = $1",
        statement_id,
        owner.word(VENDOR),
        owner.word(VENDOR),
        owner.word(BOTH),
    )


async def to_everybody(owner: Owner, under: Under) -> None:
    """What a vendor announces: recommended prices and floors; of each one more that nobody knows of yet."""
    for price, on, at in (
        (5 * 10**6, under.start, AT),
        (UNANNOUNCED, under.end + timedelta(days=999), AT.replace(year=2090)),
    ):
        said = {"vendor_id": under.vendor_id, "product_id": under.products[0], "effective_from": on, "currency": "EUR"}
        await owner.add("recommended_price", **said, price=price, announced_at=at)
        await owner.add("advertised_price_floor", **said, price=price, announced_at=at, country="DE", binding=True)
    await owner.add(
        "approval_threshold",
        vendor_id=under.vendor_id,
        currency="EUR",
        above_minor=100_000,
        set_at=AT,
        set_by=owner.word(VENDOR),
    )
