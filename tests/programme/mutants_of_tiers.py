"""Mistakes that somebody could make in the rules of tiers, one by one. Each has to make a test of its module fail."""

from tests.programme.mutation import Mutant

TIERS, ELIGIBILITY = "tier_evaluation", "eligibility"
EVALUATION = ("test_tier_evaluation",)

MUTANTS: list[Mutant] = [
    Mutant(TIERS, "self.achieved >= self.asked.needed", "self.achieved > self.asked.needed"),
    Mutant(TIERS, "if all(each.met for each in self._of(tier))", "if any(each.met for each in self._of(tier))"),
    Mutant(TIERS, "if each.met is False]", "if not each.met]"),
    Mutant(TIERS, "held.pinned_until >= self.today", "held.pinned_until > self.today"),
    Mutant(TIERS, "if self.today > until:", "if self.today >= until:"),
    Mutant(TIERS, "until = days_later(self.due, self.terms.grace_days) - timedelta(days=1)", "until = self.due"),
    Mutant(TIERS, "if not any(each.met is False for each in self._of(tier))", "if tier"),
    Mutant(TIERS, "held.since, terms_since) else None", "held.since) else None"),
    Mutant(TIERS, "max(held.reviewed_on or held.since, held.since, terms_since)", "terms_since"),
    Mutant(TIERS, "return today if held.reviewed_on != today else None", "return today"),
    Mutant(TIERS, "if each <= day)", "if each < day)"),
    Mutant(TIERS, "if base <= 0:", "if base == 0:"),
    Mutant(TIERS, "if len(currencies) > 1:", "if len(currencies) > 2:"),
    Mutant(TIERS, "self.terms.promotion is Promotion.AT_ONCE or self.due is not None", "True"),
    Mutant(ELIGIBILITY, "if countries and firm.country not in countries:", "if False:", EVALUATION),
    Mutant(
        ELIGIBILITY,
        "or (countries and firm.country not in countries):",
        "and (firm.country not in countries):",
        EVALUATION,
    ),
]
