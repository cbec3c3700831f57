"""Business plans for the furnished world: one that was agreed, amended, followed and reviewed, and one that was refused."""

from datetime import timedelta

from tests.api.conftest import Api
from tests.api.partners_kit import done, nodes
from tests.api.plans_kit import TODAY, YEAR, act_of, agreed, asked, entered, op, propose, units

BEGINS = (
    "SELECT min(m.start_day) FROM fiscal_month m JOIN fiscal_month t ON t.vendor_id = m.vendor_id"
    " AND t.fiscal_year = m.fiscal_year WHERE m.vendor_id = $1 AND t.start_day <= $2 AND t.end_day > $2"
)
"The first day of the fiscal year in which a day lies."


async def furnish_planning(api: Api) -> None:
    """What both sides do about plans of an agreement of Acme with Dist One."""
    vendor, distributor = await api.vendor(), await api.distributor()
    begins = await api.world.connection.fetchval(BEGINS, api.world.vendors["Acme"], TODAY)
    year = {"periodStart": str(begins or YEAR)}
    over = await propose(api, vendor, "vendor", **year)
    ending = {"planId": over["id"], "expectedVersion": 1, "ending": "REJECT", "reason": "Too little."}
    await done(distributor, op("distributor", "end_business_plan"), **ending)
    targets = units("1200"), {"measure": "SELL_THROUGH_AMOUNT", "family": "Drives", "target": "90000"}
    late = TODAY - timedelta(days=3)
    both = [act_of("DISTRIBUTOR", "Train", late), act_of("VENDOR", "Ship samples")]
    plan = await agreed(api, *targets, activities=both, **year)
    (mine,) = [
        each
        for each in nodes((await asked(distributor, "distributor", "business_plan", plan))["activities"])
        if each["side"] == "DISTRIBUTOR"
    ]
    finished = {"activityId": mine["id"], "expectedVersion": 1, "status": "DONE", "note": "Forty came."}
    await done(distributor, op("distributor", "update_plan_activity"), **finished)
    review = await done(
        vendor,
        op("vendor", "record_plan_review"),
        planId=plan["id"],
        heldOn=str(TODAY),
        attendees="Ada, Ben",
        decisions="More training.",
        followUps=[act_of("VENDOR", "Book a room", TODAY)],
        idempotencyKey="furnished review",
    )
    await done(distributor, op("distributor", "acknowledge_plan_review"), reviewId=review["id"])
    amended = entered(units("1500"), targets[1], activities=both[:1])
    given = {"planId": plan["id"], "expectedVersion": plan["version"], **amended}
    await done(distributor, op("distributor", "revise_business_plan"), **given)
