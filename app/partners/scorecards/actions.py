"""What a vendor decides about scorecards: what each component weighs, and in how many days it does its own duties."""

from datetime import UTC, datetime

from app.access.actor import Actor
from app.access.acts import Concerns, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.organizations.actions import own_network
from app.partners.scorecards import queries
from app.partners.scorecards.inputs import SetScorecardWeightsInput
from app.partners.scorecards.scoring import Weighing
from app.programme.compliance import DEFAULT_DAYS, MOST_WEIGHT, problems
from app.programme.terms import AgreementStatus

C = UserErrorCode
MOST_DAYS = 365


async def set_scorecard_weights(request: Request[Actor], given: SetScorecardWeightsInput) -> Key:
    """Write another version of what an agreement's scorecards weigh by. The agreement's key."""
    vendor_id, at = own_network(request), datetime.now(UTC)
    async with acting(request, "setScorecardWeights") as act:
        check = Checks()
        key = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        found = await queries.agreement(act.session, key, given.effective_from) if key is not None else None
        if key is not None and found is None:
            check.not_found("agreement", "agreementId")
        before = Weighing.of(found)
        after = _entered(check, before, given)
        if found is not None:
            if found["status"] != AgreementStatus.ACTIVE:
                check.add(C.NOT_ACTIVE, "This agreement has ended.", "agreementId")
            check.version(found["version"], given.expected_version)
            if found["version"] and given.effective_from < at.date():
                wrong = f"What was weighed stays as it was: the day is {at.date()} or later."
                check.add(C.INVALID, wrong, "effectiveFrom")
        check.settle()
        assert key is not None and found is not None
        version, said = found["version"] + 1, (after.told_weights, after.told_days)
        written = await queries.set_weights(
            act.session,
            key,
            found["distributor_id"],
            version,
            given.effective_from,
            said,
            at,
            act.actor.name,
        )
        if not written:
            check.add(C.STALE, "Somebody changed this just now. Look at it again, then decide.", "expectedVersion")
        check.settle()
        await act.record(
            global_id("DistributionAgreement", key),
            vendor_id=vendor_id,
            before={"weights": before.told_weights, "days": before.told_days},
            after={"weights": said[0], "days": said[1], "effective_from": given.effective_from, "version": version},
            concerns=Concerns(distributor_id=found["distributor_id"]),
        )
    return key


def _entered(check: Checks, before: Weighing, given: SetScorecardWeightsInput) -> Weighing:
    """What stood before, with what is entered in its place."""
    weights, days = dict(before.weights), dict(before.days)
    check.different([each.component.value for each in given.weights], "weights")
    for place, each in enumerate(given.weights):
        path = ("weights", str(place))
        weights[each.component] = check.number(each.weight, 0, MOST_WEIGHT, *path, "weight")
        if each.days is None:
            continue
        if each.component in DEFAULT_DAYS:
            days[each.component] = check.number(each.days, 0, MOST_DAYS, *path, "days")
        else:
            check.add(C.INVALID, "Only what the vendor owes has days; leave them out.", *path, "days")
    for wrong in problems(weights):
        check.add(C.INVALID, wrong, "weights")
    return Weighing(weights, days, before.version)
