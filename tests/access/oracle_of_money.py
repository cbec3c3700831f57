"""Who may see what of money; see `oracle`.

An object of money is its vendor's and the one distributor's under whose agreement it is. Incentives with their drafts and
budgets, runs and back-tests are the vendor's alone. A reseller sees no money, only announced prices. Which objects a list
leads to, and which object leads where, is said here; what figures come to is proven in tests/api, so WHATEVER stands for
them, and their texts are secrets.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any
from uuid import UUID

from app.execution.identifiers import Key, global_id
from app.programme.terms import Level
from tests.access.figures import amount, money
from tests.access.money import Held, Money
from tests.access.networks import TODAY, Agreement, Networks, Product, Vendor
from tests.access.oracle_of_reports import WHATEVER, Fields

OF_VENDOR_ALONE = {"Incentive", "StatementRun"}


def whatever(names: str) -> Fields:
    return dict.fromkeys(names.split(), WHATEVER)


FIGURES = {
    "Incentive": whatever("name kind status latestVersion budget createdAt"),
    "StatementRun": whatever("period askedBy askedAt finishedAt calculated unchanged failed"),
    "IncentiveTerm": whatever(
        "name kind status version effective currency summary rule proposedAt activatedAt",
    ),
    "WorkedExample": whatever(
        "title figures expected proposedAs proposedAt accepted answeredAt withdrawnAt engineSays",
    ),
    "Statement": whatever(
        "name period sequence revision status currency accrued qualifying paying lineCount unvaluedLines entitled settled"
        " payable approvalsNeeded approvals calculatedAt calculatedBy approvedAt creditedAt creditNumber daysOpen bands"
        " steps lines explanationUrl"
    ),
    "SpecialPrice": whatever(
        "number status version currency costBasis effective endedOn endCustomer endCustomerErased daysToFile daysToDecide"
        " deemed approvesUpTo grantedAt products matchingLines"
    ),
    "DebitClaim": whatever(
        "status filedOn filedAt amount decideBy deemed age decidedAt creditNumber creditedAt",
    ),
    "StockCredit": whatever(
        "kind status revision outcome currency effectiveOn priceBefore priceAfter countedOn counted inTransit received sold"
        " moved onHand counts quarter allowance usedBefore orderNumber orderAmount units amount approvedUnits"
        " approvedAmount steps reason filedAt decidedAt acceptedAt creditedAt creditNumber"
    ),
    "Deduction": whatever(
        "number kind amount dated reference recordedAs recordedAt matchKind matchedAt unmatchedReason ageDays age cleared"
        " overDeducted proposals"
    ),
}
"The fields of each type that hold figures and texts, and lead to nothing with an id of its own."
UNDER_AGREEMENT = whatever(
    "volumePeriods prices priceDeviations ledger deductionAgeing moneyFound rotationAllowance",
)


class OfMoney:
    """What one principal may see of money."""

    def __init__(self, made: Networks, level: Level, sees: Callable[[Agreement], bool], own: list[Vendor]) -> None:
        self.made, self.level, self._own = made, level, {each.id for each in own}
        self.money: Money = made.money
        self.seen = {each.id: each for each in made.agreements if sees(each)}

    def objects(self) -> list[tuple[str, Key, Fields]]:
        """The objects that it sees, with their fields."""
        return [
            (kind, each.key, {**FIGURES[kind], **getattr(self, f"_{kind.lower()}")(each)})
            for kind in self.money.held
            for each in self._held(kind)
        ]

    def _held(self, kind: str, **belongs: UUID | None) -> list[Held]:
        """The objects of a type that it sees, and that belong to these."""
        return [
            each
            for each in self.money.held.get(kind, ())
            if self._sees(each) and all(each.row[name] == id for name, id in belongs.items())
        ]

    def _sees(self, each: Held) -> bool:
        if each.kind in OF_VENDOR_ALONE:
            return self.level is Level.VENDOR and each.row["vendor_id"] in self._own
        return each.row["agreement_id"] in self.seen

    def _gids(self, kind: str, **belongs: UUID | None) -> list[str]:
        return [global_id(kind, each.key) for each in self._held(kind, **belongs)]

    def _gid(self, kind: str, vendor_id: UUID, id: UUID | None) -> str | None:
        return None if id is None else global_id(kind, Key(vendor_id, id))

    def _rows(self, name: str, of: UUID) -> list[Any]:
        return [WHATEVER] * self.money.counted[name].count(of)

    def _sides(self, each: Held) -> Fields:
        agreement = self.seen[each.row["agreement_id"]]
        return {
            "agreement": global_id("DistributionAgreement", agreement.key),
            "distributor": global_id("Distributor", agreement.distributor.key),
        }

    def _agreement_alone(self, each: Held) -> Fields:
        return {"agreement": self._sides(each)["agreement"]}

    # --------------------------------------------------------------------------------------------------- objects

    def _incentive(self, each: Held) -> Fields:
        return {"versions": [WHATEVER], "terms": self._gids("IncentiveTerm", incentive_id=each.key.id)}

    def _statementrun(self, each: Held) -> Fields:
        return {}

    def _incentiveterm(self, each: Held) -> Fields:
        incentive = self._gid("Incentive", each.key.vendor_id, each.row["incentive_id"])
        return {
            **self._sides(each),
            "incentive": incentive if self.level is Level.VENDOR else None,
            "examples": self._gids("WorkedExample", term_id=each.key.id),
            "accruals": self._rows("accruals", each.key.id),
            "statements": self._gids("Statement", term_id=each.key.id),
        }

    def _workedexample(self, each: Held) -> Fields:
        return {"term": self._gid("IncentiveTerm", each.key.vendor_id, each.row["term_id"])}

    def _statement(self, each: Held) -> Fields:
        return {
            **self._sides(each),
            "term": self._gid("IncentiveTerm", each.key.vendor_id, each.row["term_id"]),
            "corrects": None,
            "decisions": self._rows("decisions", each.key.id),
        }

    def _specialprice(self, each: Held) -> Fields:
        return {**self._sides(each), "customers": []}

    def _debitclaim(self, each: Held) -> Fields:
        vendor_id = each.key.vendor_id
        return {
            **self._agreement_alone(each),
            "lines": self._rows("claim_lines", each.key.id),
            "decisions": self._rows("claim_acts", each.key.id),
            "adjustments": self._gids("DebitClaim", adjusts_id=each.key.id),
            "specialPrice": self._gid("SpecialPrice", vendor_id, each.row["special_price_id"]),
            "adjusts": self._gid("DebitClaim", vendor_id, each.row["adjusts_id"]),
        }

    def _stockcredit(self, each: Held) -> Fields:
        return {
            **self._sides(each),
            "lines": self._rows("credit_lines", each.key.id),
            "product": self._gid("Product", each.key.vendor_id, each.row["product_id"]),
        }

    def _deduction(self, each: Held) -> Fields:
        claim = each.row["claim"]
        named = None if claim is None else UUID(claim.removeprefix("claim "))
        return {**self._sides(each), "claim": self._gid("DebitClaim", each.key.vendor_id, named)}

    # --------------------------------------------------------------------------------------------- where it hangs

    def of_agreement(self, each: Agreement) -> Fields:
        """What hangs on an agreement."""
        own = {"agreement_id": each.id}
        return {
            **UNDER_AGREEMENT,
            "incentives": self._gids("IncentiveTerm", **own),
            "accruals": self._rows("accruals_under", each.id),
            "statements": self._gids("Statement", **own),
            "deductions": self._gids("Deduction", **own),
            "specialPrices": self._gids("SpecialPrice", **own),
            "debitClaims": self._gids("DebitClaim", **own),
            "moneyTerms": self._rows("terms_under", each.id),
            "stockCredits": self._gids("StockCredit", **own),
        }

    def of_vendor(self, each: Vendor) -> Fields:
        """What hangs on a vendor: its queues, which are nobody else's."""
        names = ("incentives", "statements", "approvalThresholds", "trialBalance", "deductions", "deductionAgeing")
        if self.level is not Level.VENDOR:
            return dict.fromkeys((*names, "moneyFound"))
        own = {"vendor_id": each.id}
        return {
            "incentives": self._gids("Incentive", **own),
            "statements": self._gids("Statement", **own),
            "deductions": self._gids("Deduction", **own),
            "approvalThresholds": [WHATEVER],
            **whatever("trialBalance deductionAgeing moneyFound"),
        }

    def of_product(self, each: Product) -> Fields:
        """What is announced to the network about a product, the vendor's own plans aside."""
        first = next(other for other in self.made.products if other.vendor is each.vendor)
        announced = [WHATEVER] * ((2 if self.level is Level.VENDOR else 1) if each is first else 0)
        return {"recommendedPrices": announced, "advertisedPriceFloors": announced}


def volume(made: Networks, each: Agreement) -> Fields:
    """Where an agreement stands in its year, as both sides see it."""
    bought = [row for report, row in made.lines() if report.agreement is each and report.sell_in]
    actual = sum((amount(row) for row in bought if row.sold_on.year == TODAY.year), Fraction())
    (name, threshold), *_ = each.tiers
    tier = {"rank": 1, "name": name, "threshold": money(Fraction(threshold))}
    tier |= {"discount": "0.1", "rebateEligible": True}
    reached = actual >= Fraction(threshold)
    return {
        "volumePeriod": "YEAR",
        "period": {"start": f"{TODAY.year}-01-01", "end": f"{TODAY.year + 1}-01-01"},
        "thresholdRule": "REACHED",
        "tiers": [tier],
        "actual": money(actual),
        "otherCurrencies": [],
        "attained": tier if reached else None,
        "next": None if reached else tier,
        "missingToNext": None if reached else money(Fraction(threshold) - actual),
        "commitment": money(Fraction(each.commitment)),
        "shortfall": money(max(Fraction(), Fraction(each.commitment) - actual)),
        **whatever("projected carried inForce rebateEligible consequence shortfallShare commitmentTold"),
    }
