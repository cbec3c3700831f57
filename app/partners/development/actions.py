"""What a vendor agrees with a distributor about the development of resellers."""

from datetime import UTC, datetime

from app.access.actor import Actor
from app.access.acts import Concerns, acting
from app.execution.checks import Checks
from app.execution.errors import UserErrorCode
from app.execution.identifiers import Key, global_id
from app.execution.request import Request
from app.partners.development import queries
from app.partners.development.inputs import SetResellerObligationInput
from app.partners.organizations.actions import own_network
from app.programme.terms import AgreementStatus

C = UserErrorCode
MOST_RESELLERS = 1_000_000


async def set_reseller_obligation(request: Request[Actor], given: SetResellerObligationInput) -> Key:
    """Set what a distributor agreed to, in place of what stood before. The agreement's key."""
    vendor_id = own_network(request)
    async with acting(request, "setResellerObligation") as act:
        check = Checks()
        agreed = _agreed(check, given)
        key = check.key("DistributionAgreement", "agreement", given.agreement_id, "agreementId")
        found = await queries.agreement(act.session, key) if key is not None else None
        if key is not None and found is None:
            check.not_found("agreement", "agreementId")
        if found is not None and found["status"] != AgreementStatus.ACTIVE:
            check.add(C.NOT_ACTIVE, "This agreement has ended.", "agreementId")
        if found is not None:
            check.version(found["version"], given.expected_version)
        check.settle()
        assert key is not None and found is not None
        at = datetime.now(UTC)
        written = await queries.set_obligation(
            act.session, key, found["distributor_id"], found["version"], {**agreed, "set_at": at}
        )
        if not written:
            check.add(C.STALE, "Somebody changed this just now. Look at it again, then decide.", "expectedVersion")
        check.settle()
        await act.record(
            global_id("DistributionAgreement", key),
            vendor_id=vendor_id,
            before={name: found[name] for name in agreed},
            after=agreed,
            concerns=Concerns(distributor_id=found["distributor_id"]),
        )
    return key


def _agreed(check: Checks, given: SetResellerObligationInput) -> dict[str, int | None]:
    """The numbers as the table keeps them: the share in 10⁻⁶."""
    enabled = None
    if given.certified_share is not None:
        enabled = check.scaled(given.certified_share, 6, "certifiedShare")
        if enabled > 1_000_000:
            check.add(C.INVALID, "A share is from 0 to 1.", "certifiedShare")
    active, new = (
        None if number is None else check.number(number, 0, MOST_RESELLERS, path)
        for number, path in ((given.active, "active"), (given.new, "new"))
    )
    return {"active": active, "new": new, "enabled": enabled}
