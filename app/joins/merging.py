"""Where two records that are one reseller lead to the objects of other features, and what enrolments do about it."""

from collections.abc import Sequence

from app.access.actor import Actor
from app.access.roles import Permission
from app.execution.edges import Selection, attach, edge
from app.execution.request import Request
from app.incentives.effects.graph import effects_of_alias
from app.joins.references import to
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.partners.enrollments.merging import actions as enrollments
from app.partners.organizations.graph import Reseller, Vendor, resellers_by_key
from app.partners.programs.graph import Program, programs_by_key
from app.pricing.previews.graph import effects_of_trial
from app.reports.merging.enrolling import enrolled_by
from app.reports.merging.graph import (
    PartyMerge,
    PartyMergeEffect,
    PartyMergeEnrollment,
    PartyMergePart,
    merges_of_vendors,
    survivor_keys,
)

enrolled_by(enrollments)


async def _survivors(
    request: Request[Actor], parents: Sequence[Reseller], selection: Selection
) -> list[Reseller | None]:
    """The record that goes on in its place, where you merged this one into it; null for all others."""
    keys = await survivor_keys(request, [parent.key for parent in parents])
    asked = list(dict.fromkeys(key for key in keys if key is not None))
    found = dict(zip(asked, await resellers_by_key(request, asked), strict=True)) if asked else {}
    return [None if key is None else found[key] for key in keys]


attach(Reseller, merged_into=edge(_survivors))
attach(Vendor, party_merges=edge(merges_of_vendors, permission=Permission.PARTY_MERGE))
_WENT = "The record that went; null where you may not read it any more."
attach(
    PartyMerge,
    **{"from": to("from_key", resellers_by_key, Reseller | None, _WENT)},
    into=to("into_key", resellers_by_key, Reseller | None, "The record that goes on."),
)
attach(
    PartyMergePart,
    agreement=to("agreement_key", agreements_by_key, DistributionAgreement | None, "The agreement."),
)
attach(
    PartyMergeEnrollment,
    reseller=to("reseller_key", resellers_by_key, Reseller | None, "Whose enrolment it is."),
    program=to("program_key", programs_by_key, Program | None, "The programme."),
)
attach(
    PartyMergeEffect,
    money_effects=edge(effects_of_alias, permission=Permission.INCENTIVE_READ),
    claim_effects=edge(effects_of_trial, permission=Permission.CLAIM_READ),
)
