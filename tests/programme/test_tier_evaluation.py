"""Tiers by rule: as a programme's guide prints them, and what holds for every reseller."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programme.eligibility import Firm, approved_by_rule, not_eligible
from app.programme.terms import Requirement
from app.programme.tier_evaluation import (
    Asked,
    Demotion,
    Evaluation,
    Facts,
    Held,
    Promotion,
    RankedTier,
    ReviewTerms,
    TierMove,
    evaluate,
    growth,
    latest_review,
    next_review,
)

EUR = 1_000_000
R, P, D, M = Requirement, Promotion, Demotion, TierMove
MEMBER = RankedTier(1, "Member", ())
SILVER = RankedTier(2, "Silver", (Asked(R.PURCHASES, 40_000 * EUR, "EUR"),))
GOLD = RankedTier(3, "Gold", (Asked(R.PURCHASES, 80_000 * EUR, "EUR"), Asked(R.GROWTH, 100_000)))
TIERS = (MEMBER, SILVER, GOLD)
TERMS = ReviewTerms((1, 7), 1, 90, P.AT_ONCE, D.TO_ATTAINED)
DAY, REVIEW = date(2026, 11, 23), date(2027, 1, 1)
LONG_AGO = date(2025, 3, 1)


def bought(amount: int, before: int = 0, currency: str = "EUR") -> Facts:
    return Facts({currency: amount * EUR}, {currency: before * EUR} if before else {})


def evaluated(
    facts: Facts, rank: int | None, today: date = DAY, terms: ReviewTerms = TERMS, tiers: Sequence[RankedTier] = TIERS
) -> Evaluation:
    """Somebody who got the tier long ago and was reviewed in July."""
    return evaluate(tiers, facts, Held(rank, LONG_AGO, date(2026, 7, 1)), terms, today)


@pytest.mark.parametrize(
    ("amount", "before", "rank", "attained"),
    [
        (0, 0, None, 1),
        (39_999, 30_000, 1, 1),
        (40_000, 30_000, 1, 2),
        (80_000, 0, 1, 2),
        (80_000, 72_728, 1, 2),
        (80_000, 72_727, 1, 3),
        (88_000, 80_000, 2, 3),
        (87_999, 80_000, 2, 2),
    ],
)
def test_the_attained_tier_is_the_highest_of_which_everything_is_met(
    amount: int, before: int, rank: int | None, attained: int
) -> None:
    assert evaluated(bought(amount, before), rank).after == attained


def test_a_promotion_says_what_was_met() -> None:
    found = evaluated(bought(88_000, 80_000), 2)
    assert (found.move, found.after, found.kept_until) == (M.PROMOTED, 3, None)
    assert found.rule == "Promoted from Silver to Gold: purchases 88,000 of 80,000 EUR, growth 10 % of 10 %."


def test_where_promotions_wait_for_reviews_the_tier_is_attained_and_not_yet_given() -> None:
    terms = replace(TERMS, promotion=P.AT_REVIEWS)
    found = evaluated(bought(40_000), 1, terms=terms)
    assert (found.move, found.after) == (M.KEPT, 1)
    assert found.rule == (
        "Keeps Member: purchases 40,000 of 40,000 EUR; Silver is attained and given at the review on 2027-01-01."
    )
    assert evaluated(bought(40_000), 1, REVIEW, terms).move is M.PROMOTED
    assert evaluated(bought(40_000), 1, REVIEW + timedelta(days=3), terms).move is M.PROMOTED, "a late look counts"


def test_between_reviews_no_tier_is_lost_and_it_is_said_until_when_it_is_kept() -> None:
    found = evaluated(bought(61_000, 10_000), 3)
    assert (found.move, found.after, found.kept_until, found.next_review) == (M.KEPT, 3, None, REVIEW)
    assert found.rule == (
        "Keeps Gold until 2027-03-31: purchases 61,000 of 80,000 EUR; it is lost after that day if that is so at the"
        " review on 2027-01-01."
    )


def test_grace_begins_at_a_review_runs_and_ends_in_a_demotion() -> None:
    facts = bought(61_000, 10_000)
    first = evaluated(facts, 3, REVIEW)
    assert (first.move, first.after, first.kept_until, first.reviewed_on) == (M.AT_RISK, 3, date(2027, 3, 31), REVIEW)
    assert first.next_review == date(2027, 7, 1)

    def later(day: date, now: Facts = facts) -> Evaluation:
        return evaluate(TIERS, now, Held(3, LONG_AGO, first.reviewed_on, first.kept_until), TERMS, day)

    last = later(date(2027, 3, 31))
    assert (last.move, last.after, last.kept_until) == (M.KEPT, 3, date(2027, 3, 31))
    assert last.rule.startswith("Keeps Gold until 2027-03-31: purchases 61,000 of 80,000 EUR; it is lost after")
    lost = later(date(2027, 4, 1))
    assert (lost.move, lost.after, lost.kept_until) == (M.DEMOTED, 2, None)
    assert lost.rule == "Demoted from Gold to Silver: purchases 61,000 of 80,000 EUR."
    saved = later(date(2027, 4, 1), bought(80_000, 10_000))
    assert (saved.move, saved.after, saved.kept_until) == (M.KEPT, 3, None), "met in time: nothing is lost"


def test_without_grace_the_review_itself_takes_the_tier() -> None:
    found = evaluated(bought(61_000, 10_000), 3, REVIEW, replace(TERMS, grace_days=0))
    assert (found.move, found.after) == (M.DEMOTED, 2)


@pytest.mark.parametrize(("demotion", "rank"), [(D.ONE_TIER, 2), (D.TO_ATTAINED, 1)])
def test_a_demotion_goes_down_one_tier_or_to_what_is_attained(demotion: Demotion, rank: int) -> None:
    terms = replace(TERMS, grace_days=0, demotion=demotion)
    assert evaluated(bought(1_000, 100), 3, REVIEW, terms).after == rank


def test_below_the_lowest_tier_there_is_none() -> None:
    terms = replace(TERMS, grace_days=0)
    found = evaluated(bought(1_000), 2, REVIEW, terms, (SILVER, GOLD))
    assert (found.move, found.after) == (M.DEMOTED, None)
    assert found.rule == "Demoted from Silver to no tier: purchases 1,000 of 40,000 EUR."
    assert evaluated(bought(0), None, REVIEW, terms, (SILVER, GOLD)).rule == (
        "Stays in no tier: purchases 0 of 40,000 EUR."
    )


def test_what_is_not_measured_gives_no_tier_and_takes_none_away() -> None:
    facts = bought(90_000)
    up, kept = evaluated(facts, 2, REVIEW), evaluated(facts, 3, REVIEW, replace(TERMS, grace_days=0))
    assert (up.move, up.after) == (M.KEPT, 2)
    assert (kept.move, kept.after) == (M.KEPT, 3)
    assert kept.rule.endswith("growth not measured, 10 % needed (there were no purchases in the year before).")
    assert [finding.met for finding in kept.findings] == [True, True, None]


def test_growth_is_exact_rounded_down_and_only_within_one_currency() -> None:
    assert growth({"EUR": 4}, {"EUR": 3}) == (333_333, "")
    assert growth({"EUR": 2}, {"EUR": 3}) == (-333_334, "")
    assert growth({"EUR": 0}, {"EUR": 3}) == (-1_000_000, "")
    assert growth({"EUR": 4}, {})[0] is None and growth({"EUR": 4}, {"EUR": -3})[0] is None
    assert growth({"EUR": 4}, {"USD": 3}) == (None, "purchases are in EUR, USD, which are not added up")
    assert growth({"EUR": 4, "USD": 0}, {"EUR": 2}) == (1_000_000, "")


def test_counts_are_met_by_counts_and_not_counted_is_not_measured() -> None:
    asks = (Asked(R.CERTIFICATIONS, 2), Asked(R.DEALS_WON, 3))
    tiers = (RankedTier(1, "Expert", asks),)
    found = evaluate(tiers, Facts({}, {}, 2, 2), Held(None, LONG_AGO), TERMS, DAY)
    assert [finding.met for finding in found.findings] == [True, False]
    assert found.rule == "Stays in no tier: certifications 2 of 2, deals won 2 of 3."
    assert evaluate(tiers, Facts({}, {}, 2, 3), Held(None, LONG_AGO), TERMS, DAY).after == 1
    told = evaluate(tiers, Facts({}, {}), Held(None, LONG_AGO), TERMS, DAY)
    assert [finding.met for finding in told.findings] == [None, None] and told.after is None


def test_a_pinned_tier_stays_until_its_day_is_over() -> None:
    held = Held(3, LONG_AGO, None, None, REVIEW)
    terms = replace(TERMS, grace_days=0)
    found = evaluate(TIERS, bought(0), held, terms, REVIEW)
    assert (found.move, found.after, found.rule) == (M.KEPT, 3, "Keeps Gold until 2027-01-01, as the vendor decided.")
    assert evaluate(TIERS, bought(0, 5), replace(held, reviewed_on=None), terms, REVIEW + timedelta(days=1)).after == 1


def test_a_tier_is_first_reviewed_after_it_was_given_and_after_the_terms_were_set() -> None:
    terms = replace(TERMS, grace_days=0)
    facts = bought(0, 5)
    given_on_the_day = evaluate(TIERS, facts, Held(3, REVIEW), terms, REVIEW + timedelta(days=5))
    assert given_on_the_day.move is M.KEPT
    set_on_the_day = evaluate(TIERS, facts, Held(3, LONG_AGO), terms, REVIEW + timedelta(days=5), terms_since=REVIEW)
    assert set_on_the_day.move is M.KEPT
    assert evaluate(TIERS, facts, Held(3, LONG_AGO), terms, REVIEW).move is M.DEMOTED


def test_a_review_that_somebody_asks_for_counts_once_a_day() -> None:
    terms = replace(TERMS, grace_days=0, demotion=D.ONE_TIER)
    held = Held(3, LONG_AGO, date(2026, 7, 1))
    first = evaluate(TIERS, bought(0, 5), held, terms, DAY, review_now=True)
    assert (first.move, first.after, first.reviewed_on) == (M.DEMOTED, 2, DAY)
    again = Held(first.after, DAY, first.reviewed_on, first.kept_until)
    assert evaluate(TIERS, bought(0, 5), again, terms, DAY, review_now=True).move is M.KEPT
    assert evaluate(TIERS, bought(0, 5), again, terms, DAY).move is M.KEPT


@pytest.mark.parametrize(
    ("day", "latest", "following"),
    [
        (date(2026, 12, 31), date(2026, 7, 1), date(2027, 1, 1)),
        (date(2027, 1, 1), date(2027, 1, 1), date(2027, 7, 1)),
        (date(2027, 6, 30), date(2027, 1, 1), date(2027, 7, 1)),
    ],
)
def test_review_dates_follow_one_another(day: date, latest: date, following: date) -> None:
    assert (latest_review(TERMS, day), next_review(TERMS, day)) == (latest, following)


def test_ranks_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        evaluate((GOLD, SILVER), bought(0), Held(None, DAY), TERMS, DAY)


facts_of = st.builds(bought, st.integers(-10_000, 200_000), st.integers(0, 200_000))
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
terms_of = st.builds(
    ReviewTerms,
    st.lists(st.integers(1, 12), min_size=1, max_size=12, unique=True).map(lambda found: tuple(sorted(found))),
    st.integers(1, 28),
    st.integers(0, 366),
    st.sampled_from(Promotion),
    st.sampled_from(Demotion),
)


@given(facts_of, st.sampled_from([None, 1, 2, 3]), days, terms_of, st.booleans())
def test_evaluated_again_on_the_same_day_nothing_more_happens(
    facts: Facts, rank: int | None, today: date, terms: ReviewTerms, now: bool
) -> None:
    first = evaluate(TIERS, facts, Held(rank, LONG_AGO), terms, today, review_now=now)
    since = LONG_AGO if first.after == first.before else today
    held = Held(first.after, since, first.reviewed_on, first.kept_until)
    second = evaluate(TIERS, facts, held, terms, today, review_now=now)
    assert (second.move, second.after, second.kept_until) == (M.KEPT, first.after, first.kept_until)


@given(facts_of, st.sampled_from([None, 1, 2, 3]), days, terms_of)
def test_more_purchases_never_lead_to_a_lower_tier(
    facts: Facts, rank: int | None, today: date, terms: ReviewTerms
) -> None:
    more = replace(facts, purchases={"EUR": facts.purchases["EUR"] + 5_000 * EUR})
    less_rank, more_rank = (
        evaluate(TIERS, each, Held(rank, LONG_AGO), terms, today, review_now=True).after or 0 for each in (facts, more)
    )
    assert less_rank <= more_rank


@given(facts_of, days, terms_of)
def test_a_year_without_change_ends_in_the_attained_tier_whatever_the_tier_was(
    facts: Facts, today: date, terms: ReviewTerms
) -> None:
    terms = replace(terms, demotion=D.TO_ATTAINED, promotion=P.AT_ONCE, grace_days=min(terms.grace_days, 300))
    ends = set()
    for rank in (1, 2, 3):
        held = Held(rank, LONG_AGO)
        for day in range(0, 800, 10):
            found = evaluate(TIERS, facts, held, terms, today + timedelta(days=day))
            since = held.since if found.after == held.rank else today + timedelta(days=day)
            held = Held(found.after, since, found.reviewed_on, found.kept_until)
        ends.add(held.rank)
    unmeasured = facts.purchases["EUR"] >= 80_000 * EUR and not facts.purchases_before
    assert len(ends) == (2 if unmeasured else 1), "only what cannot be measured leaves a tier as it was"


# --------------------------------------------------------------------------------------------------- eligibility


@pytest.mark.parametrize(
    ("types", "countries", "reasons"),
    [
        ([], [], 0),
        (["VAR"], ["DE", "AT"], 0),
        (["MSP"], [], 1),
        ([], ["FR"], 1),
        (["MSP", "AGENT"], ["FR"], 2),
    ],
)
def test_every_reason_why_a_firm_is_not_eligible_is_told(types: list[str], countries: list[str], reasons: int) -> None:
    found = list(not_eligible("Club", types, countries, Firm("Corner Shop", "VAR", "DE")))
    assert len(found) == reasons
    assert all(each.startswith("Club is for ") and "Corner Shop is" in each for each in found)


def test_a_rule_approves_whom_it_names_and_leaves_the_others_to_people() -> None:
    firm = Firm("Corner Shop", "VAR", "DE")
    assert approved_by_rule(["VAR"], ["DE"], firm) == "Approved by the programme's rule: VAR, from DE."
    assert approved_by_rule([], [], firm) is not None
    assert approved_by_rule(["MSP"], [], firm) is None and approved_by_rule([], ["AT"], firm) is None
