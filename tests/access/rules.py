"""Which rows of which tables a principal may read and may add, said once more in Python, table by table; see `rows`.

What is not named here nobody at any level reads or writes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.programme.terms import Level
from tests.access import rules_of_commissions as commissions
from tests.access import rules_of_enablement as enablement
from tests.access import rules_of_erasure as erasure
from tests.access import rules_of_merges as merges
from tests.access import rules_of_money as money
from tests.access import rules_of_partners as partners
from tests.access import rules_of_planning as planning
from tests.access import rules_of_resellers as resellers
from tests.access import rules_of_rewards as rewards
from tests.access import rules_of_segments as segments
from tests.access import rules_of_steering as steering
from tests.access.networks import Networks, Principal

SUBJECTS: tuple[Any, ...] = (
    money,
    partners,
    rewards,
    resellers,
    enablement,
    commissions,
    erasure,
    merges,
    segments,
    steering,
    planning,
)
"What each subject says of its own tables: READS, INSERTS, UPDATES, WITHHELD, and DELETES where anything is deleted."
Row = dict[str, Any]
Reads = Callable[[Row, "Me"], bool]


@dataclass(frozen=True)
class Me:
    """Who asks, and what the agreements disclose."""

    made: Networks
    who: Principal

    @cached_property
    def organization(self) -> str:
        return str(self.made.firms[self.who.firm].id)

    @cached_property
    def actor(self) -> str:
        return str(self.who.actor_id)

    @cached_property
    def networks(self) -> set[str]:
        return {str(each.id) for each in self.made.vendors if self.who in self.made.members(each)}

    @cached_property
    def parties(self) -> set[str]:
        return {str(party.id) for party in self.made.parties_of(self.who)}

    def agreement(self, row: Row) -> Any:
        return next(each for each in self.made.agreements if str(each.id) == row["agreement_id"])


def own_organization(row: Row, me: Me) -> bool:
    return bool(row["organization_id"] == me.organization)


def own_acts(row: Row, me: Me) -> bool:
    """What the organisation did at this level; of what is older, nobody knows at which."""
    return own_organization(row, me) and row["level"] in {None, me.who.level.value}


def network(row: Row, me: Me) -> bool:
    """What everybody in a network may read; of a vendor its own network alone."""
    return row["vendor_id"] in me.networks


def own_distributor(row: Row, me: Me) -> bool:
    return row["distributor_id"] in me.parties


def own_reseller(row: Row, me: Me) -> bool:
    return row["reseller_id"] in me.parties


def under_agreement(row: Row, me: Me) -> bool:
    """What a vendor reads of reports: of sell-out, which is under no agreement, none."""
    return network(row, me) and row["agreement_id"] is not None


def vendors_profile(row: Row, me: Me) -> bool:
    """What columns are called is the sender's business: of sell-in, the vendor's."""
    return network(row, me) and row["kind"] == "SELL_IN"


def distributors_profile(row: Row, me: Me) -> bool:
    return own_distributor(row, me) and row["kind"] != "SELL_IN"


def for_resellers(row: Row, me: Me) -> bool:
    return network(row, me) and row["audience"] == "RESELLER"


def announced(row: Row, me: Me) -> bool:
    price = next(each for each in me.made.products if str(each.id) == row["product_id"]).price
    return network(row, me) and int(float(price)) == row["price"] // 10**6


def same(rule: Reads) -> dict[Level, Reads]:
    return dict.fromkeys(Level, rule)


def between(distributors: Reads | None, resellers: Reads | None) -> dict[Level, Reads]:
    """The vendor reads its network; the others as is said."""
    others = {Level.DISTRIBUTOR: distributors, Level.RESELLER: resellers}
    return {Level.VENDOR: network, **{level: rule for level, rule in others.items() if rule is not None}}


V, D, R = Level
READS: dict[str, dict[Level, Reads]] = {
    "organization": same(lambda row, me: row["id"] == me.organization),
    "report_file": same(own_organization),
    "report_chunk": same(own_organization),
    "remembered_result": same(own_organization),
    "audit_event": same(own_acts),
    "vendor": same(lambda row, me: row["id"] in me.networks),
    "party": {
        V: lambda row, me: network(row, me) and row["disclosed"],
        D: lambda row, me: row["id"] in me.parties,
        R: lambda row, me: row["id"] in me.parties,
    },
    "program": between(network, for_resellers),
    "program_tier": between(network, for_resellers),
    "tier_requirement": between(network, for_resellers),
    "benefit": between(network, for_resellers),
    **dict.fromkeys(("product", "product_unit", "kit_component"), between(network, network)),
    "book_price": between(announced, None),
    **dict.fromkeys(("fiscal_calendar", "fiscal_month", "exchange_rate"), between(network, network)),
    "agreement": between(own_distributor, None),
    "volume_tier": between(own_distributor, None),
    "reseller_authorization": {
        V: lambda row, me: network(row, me) and me.agreement(row).reseller,
        D: own_distributor,
        R: own_reseller,
    },
    "account": {D: own_distributor},
    "credit_terms": {
        V: lambda row, me: network(row, me) and me.agreement(row).credit_terms,
        D: own_distributor,
        R: own_reseller,
    },
    **dict.fromkeys(("enrollment", "enrollment_event"), between(None, own_reseller)),
    "distributor_enrollment": between(own_distributor, None),
    **{
        table: {V: under_agreement, D: own_distributor, R: own_reseller}
        for table in ("submission", "report_row", "submission_effect")
    },
    "submission_issue": {
        V: lambda row, me: under_agreement(row, me) and row["disclosed"],
        D: own_distributor,
        R: own_reseller,
    },
    **dict.fromkeys(("sell_out_line", "sell_out_month"), between(None, own_reseller)),
    "alias": {V: lambda row, me: network(row, me) and row["kind"] == "PRODUCT", D: own_distributor},
    "held_decision": {
        V: lambda row, me: network(row, me) and row["hold"] != "UNKNOWN_RESELLER_ACCOUNT",
        D: own_distributor,
    },
    "report_profile": {V: vendors_profile, D: distributors_profile},
    "reporting_calendar": between(own_distributor, None),
    "knowledge": between(own_distributor, None),
    "sell_through_line": between(own_distributor, own_reseller),
    "sell_in_line": between(own_distributor, None),
    **dict.fromkeys(("inventory_count", "stock_movement", "stock_row"), between(own_distributor, None)),
    **dict.fromkeys(("sell_through_month", "sell_through_reseller_month"), between(own_distributor, own_reseller)),
    **dict.fromkeys(("sell_through_day", "sell_through_reseller_day", "sell_in_day"), between(own_distributor, None)),
    **{table: readers for subject in SUBJECTS for table, readers in subject.READS.items()},
}


def handed_in(kind: str) -> Reads:
    mine = {"SELL_IN": under_agreement, "SELL_THROUGH": own_distributor, "SELL_OUT": own_reseller}[kind]
    return lambda row, me: bool(
        mine(row, me) and own_organization(row, me) and row["kind"] == kind and row["status"] == "RECEIVED"
    )


def just_decided(level: Level) -> Reads:
    return lambda row, me: bool(
        READS["held_decision"][level](row, me) and row["decided_as"] == level.value and row["carried_out_at"] is None
    )


def _of_subjects(level: Level) -> dict[str, Reads]:
    return {table: rule for subject in SUBJECTS for table, rule in subject.INSERTS.get(level, {}).items()}


_PAPERS = ("report_file", "report_chunk", "remembered_result", "audit_event")
_SET_UP = (
    *("party", "program", "program_tier", "tier_requirement", "benefit", "enrollment", "enrollment_event", "agreement"),
    *("volume_tier", "account", "distributor_enrollment", "product", "product_unit"),
    *("kit_component", "book_price"),
)
INSERTS: dict[Level, dict[str, Reads]] = {
    V: {
        **dict.fromkeys(_PAPERS, own_organization),
        **dict.fromkeys(_SET_UP, network),
        "reseller_authorization": READS["reseller_authorization"][V],
        "report_profile": vendors_profile,
        "submission": handed_in("SELL_IN"),
        "held_decision": just_decided(V),
        **dict.fromkeys(("reporting_calendar", "fiscal_calendar", "exchange_rate"), network),
        **_of_subjects(V),
    },
    D: {
        **dict.fromkeys(_PAPERS, own_organization),
        **dict.fromkeys(("reseller_authorization", "account", "credit_terms", "alias"), own_distributor),
        "held_decision": just_decided(D),
        "report_profile": distributors_profile,
        "party": lambda row, me: network(row, me) and row["kind"] == "RESELLER",
        "submission": handed_in("SELL_THROUGH"),
        **_of_subjects(D),
    },
    R: {
        **dict.fromkeys(_PAPERS, own_organization),
        "submission": handed_in("SELL_OUT"),
        **_of_subjects(R),
    },
}
"Which rows a level may add. A vendor sees what is disclosed to it and adds nothing else to that."
