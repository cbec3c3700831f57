"""The demo's programmes as they are written down: tiers, what each asks for and gives, when tiers are reviewed, whose
applications are approved by rule, and which incentives fit; and the tiers of volume under an agreement.
"""

from collections.abc import Sequence

from app.demo.history import History, derived_id, midnight
from app.demo.network import Agreement
from app.demo.programs import Program, volume_tiers
from app.demo.sales import Month
from app.programme.money_terms import IncentiveKind
from app.programme.terms import Audience, EnrollmentStatus, PartnerType
from app.programme.tier_evaluation import Demotion, Promotion

Record = dict[str, object]


def of_programs(tracks: Sequence[Program], history: History) -> dict[str, list[Record]]:
    """The rows of a vendor's programmes."""
    return {
        "program": [_program(track, history) for track in tracks],
        "program_tier": [row for track in tracks for row in _tiers(track)],
        "tier_requirement": [row for track in tracks for row in _requirements(track)],
        "benefit": [row for track in tracks for row in _benefits(track)],
        "program_fit": [row for track in tracks for row in _fits(track)],
    }


def _program(track: Program, history: History) -> Record:
    reviewed = track.audience is Audience.RESELLER
    return {
        "id": track.id,
        "name": track.name,
        "description": track.description,
        "audience": track.audience.value,
        "status": "ACTIVE",
        "partner_types": list(track.partner_types),
        "countries": list(track.countries),
        "review_months": [6, 12] if reviewed else None,
        "review_day": 25 if reviewed else None,
        "grace_days": 60 if reviewed else None,
        "promotion": Promotion.AT_REVIEWS.value if reviewed else None,
        "demotion": Demotion.ONE_TIER.value if reviewed else None,
        "reviews_since": history.end if reviewed else None,
        "auto_status": EnrollmentStatus.APPROVED.value if reviewed else None,
        "auto_partner_types": [PartnerType.VAR.value, PartnerType.MSP.value] if reviewed else [],
        "auto_countries": [],
        "created_at": midnight(history.effective.start),
    }


def _tiers(track: Program) -> list[Record]:
    return [
        {
            "id": tier.id,
            "program_id": track.id,
            "rank": tier.rank,
            "name": tier.name,
            "audience": track.audience.value,
        }
        for tier in track.tiers
    ]


def _requirements(track: Program) -> list[Record]:
    return [
        {
            "id": derived_id("requirement", str(tier.id), kind),
            "program_id": track.id,
            "tier_id": tier.id,
            "kind": kind.value,
            "needed": needed,
            "currency": track.currency if kind == "PURCHASES" else None,
            "audience": track.audience.value,
        }
        for tier in track.tiers
        for kind, needed in tier.requirements.items()
    ]


def _benefits(track: Program) -> list[Record]:
    return [
        {
            "id": derived_id("benefit", str(track.id), benefit.name),
            "program_id": track.id,
            "name": benefit.name,
            "description": benefit.description,
            "from_rank": benefit.from_rank,
            "where_to_use": benefit.where_to_use,
            "opens": benefit.opens.value if benefit.opens else None,
            "audience": track.audience.value,
        }
        for benefit in track.benefits
    ]


def _fits(track: Program) -> list[Record]:
    """Rebates and allowances fit distributors; what is paid to sales people fits resellers that sell."""
    if track.audience is Audience.DISTRIBUTOR:
        kinds = (IncentiveKind.VOLUME_REBATE, IncentiveKind.GROWTH_REBATE, IncentiveKind.TARGET_BONUS)
        return [{"program_id": track.id, "kind": kind.value, "partner_types": []} for kind in kinds]
    sellers = [PartnerType.VAR.value, PartnerType.SOLUTION_INTEGRATOR.value]
    return [{"program_id": track.id, "kind": IncentiveKind.SPIFF.value, "partner_types": sellers}]


def of_volume_tiers(agreement: Agreement, months: Sequence[Month]) -> list[Record]:
    """The rows of an agreement's tiers of volume."""
    tiers, _ = volume_tiers(agreement, months)
    return [
        {
            "agreement_id": agreement.id,
            "distributor_id": agreement.distributor_id,
            "rank": tier.rank,
            "name": tier.name,
            "threshold": tier.threshold,
            "discount": tier.discount,
        }
        for tier in tiers
    ]
