"""Mutants of the rules of incentives: rounding, bands, the order of operations, stacking, settlement, what is refused."""

from tests.programme.mutation import Mutant

REBATES = ("test_rebates", "test_rebate_steps")
RULES = ("test_incentives",)
GATES = (
    "    is_void = _gate(steps, rule, evidence)\n    by_rates = steps[-1].after\n"
    "    _guarantee(steps, rule, rating, is_void)\n"
)
CAP = "    _limit(steps, rule)\n"

MUTANTS = [
    # Rounding and shares
    Mutant("money", "(2 * abs(number) + by) // (2 * by)", "abs(number) // by"),
    Mutant("money", "(2 * abs(number) + by) // (2 * by)", "(2 * abs(number) + by - 1) // (2 * by)"),
    Mutant("money", "(2 * abs(number) + by) // (2 * by)", "round(number / by) * (1 if number >= 0 else -1)"),
    Mutant("money", "return nearest if number >= 0 else -nearest", "return (2 * number + by) // (2 * by)"),
    Mutant("money", "_power(places_of(currency)), MICRO)", "_power(2), MICRO)"),
    Mutant("money", "    if whole <= 0:", "    if whole == 0:"),
    Mutant("money", "whole = sum(weights)", "whole = sum(abs(each) for each in weights)"),
    Mutant("money", "key=cut.__getitem__, reverse=True", "key=cut.__getitem__"),
    Mutant("money", "key=cut.__getitem__, reverse=True", "key=lambda place: (cut[place], place), reverse=True"),
    Mutant("money", "return [-share for share in allocate(-total, weights)]", "pass"),
    Mutant("money", "return divided(micros * rate, RATE_OF_EXCHANGE)", "return micros * rate // RATE_OF_EXCHANGE"),
    # Bands
    Mutant("tiers", "else volume >= threshold", "else volume > threshold", ("test_tiers", *REBATES)),
    Mutant("tiers", "return volume > threshold if", "return volume >= threshold if", REBATES),
    Mutant(
        "bands",
        "for on, rate in zip(shares, ladder.rates, strict=True)]\n    return list",
        "for on, rate in zip(shares, [ladder.rates[top - 1]] * len(shares), strict=True)]\n    return list",
        REBATES,
    ),
    Mutant(
        "bands",
        "shares = [part * portion.paying / portion.qualifying if part else ZERO for part in inside]",
        "shares = list(inside)",
        REBATES,
    ),
    Mutant("bands", "min(end, volume) - start", "end - start", REBATES),
    Mutant("bands", "max(ZERO, part) * portion.times", "abs(part) * portion.times", REBATES),
    Mutant("bands", "max(ZERO, part) * portion.times", "max(ZERO, part)", REBATES),
    Mutant("bands", "(volume - ladder.base) * portion.times", "volume * portion.times", REBATES),
    Mutant("bands", "if place == top - 1 else ZERO", "if place == 0 else ZERO", REBATES),
    Mutant(
        "bands",
        "baseline * (1 + Fraction(each.threshold, MICRO))",
        "baseline * Fraction(each.threshold, MICRO)",
        REBATES,
    ),
    Mutant("bands", "MILLI if structure is Structure.PER_UNIT else MICRO", "MICRO", REBATES),
    Mutant("bands", "Fraction(rate * portion.times if part else 0)", "Fraction(rate)", REBATES),
    # The order of operations
    Mutant("rebates", "proof.measured >= gate.needed", "proof.measured > gate.needed", REBATES),
    Mutant("rebates", "is_void = is_void or (not is_met and", "is_void = (not is_met and", REBATES),
    Mutant("rebates", "    if is_void:\n", "    if False:\n", REBATES),
    Mutant(
        "rebates",
        GATES + CAP,
        CAP + GATES,
        REBATES,
    ),
    Mutant("rebates", "after = before * left if before > 0 else before", "after = before * left", REBATES),
    Mutant("rebates", "after = before * left if before > 0 else before", "after = steps[0].after * left", REBATES),
    Mutant("rebates", "min(steps[-1].after, Fraction(rule.cap))", "max(steps[-1].after, Fraction(rule.cap))", REBATES),
    Mutant("rebates", "    elif rating.qualifying < 0:", "    elif rating.qualifying <= 0:", REBATES),
    Mutant("rebates", "    if qualifying <= 0:\n", "    if False:\n", REBATES),
    Mutant(
        "rebates", "if baseline is not None and baseline <= 0:", "if baseline is not None and baseline < 0:", REBATES
    ),
    Mutant("rebates", "max(baseline, rule.growth.floor) if", "rule.growth.floor if", REBATES),
    Mutant("rebates", "if qualifying < minimum:", "if qualifying <= minimum:", REBATES),
    Mutant("rebates", "steps[-1].after - back", "steps[-1].after + back", REBATES),
    Mutant(
        "rebates",
        "Fraction(each.paid * each.measure, each.paid_on)",
        "Fraction(rounded(Fraction(each.paid * each.measure, each.paid_on)))",
        REBATES,
    ),
    Mutant("rebates", "steps[-1].after - figures.advances", "max(ZERO, steps[-1].after - figures.advances)", REBATES),
    Mutant("rebates", "steps[-1].after + figures.carried.money", "steps[-1].after", REBATES),
    Mutant("rebates", "payment = rounded(max(ZERO, exact))", "payment = rounded(exact)", REBATES),
    Mutant("rebates", "payment = rounded(max(ZERO, exact))", "payment = int(max(ZERO, exact))", REBATES),
    Mutant("rebates", "payment = rounded(max(ZERO, exact))", "payment = round(max(ZERO, exact))", REBATES),
    Mutant(
        "rebates",
        "payment = rounded(max(ZERO, exact))",
        "payment = rounded(Fraction(float(max(ZERO, exact))))",
        REBATES,
    ),
    Mutant(
        "rebates",
        "payment = rounded(max(ZERO, exact))",
        "payment = max(0, sum(rounded(each.exact) for each in rating.bands) + rounded(exact - rating.all))",
        REBATES,
    ),
    Mutant("rebates", "paying - excluded * share", "paying", REBATES),
    Mutant(
        "rebates",
        "figures.qualifying * share + carried.qualifying",
        "abs(figures.qualifying) * share + carried.qualifying",
        REBATES,
    ),
    Mutant("rebates", "of_threshold = share if", "of_threshold = 1 / share if", REBATES),
    Mutant("rebates", "rating.all * share if", "rating.all if", REBATES),
    Mutant("rebates", "min(ZERO, rating.qualifying)", "rating.qualifying", REBATES),
    Mutant(
        "figures",
        "return allocate(self.payment, measures)",
        "return [self.payment * each // sum(measures) for each in measures]",
        REBATES,
    ),
    # Stacking and settlement
    Mutant("stacking", "        left -= taken[-1]\n", ""),
    Mutant("stacking", "wanted = max(0, sign *", "wanted = abs(sign *"),
    Mutant("stacking", "taken.append(min(wanted, left))", "taken.append(wanted)"),
    Mutant(
        "stacking",
        "Treated(qualifying - debit, paying - debit, 0)",
        "Treated(qualifying - debit, paying - abs(debit), 0)",
    ),
    Mutant("stacking", "return Treated(0, paying, paying)", "return Treated(qualifying, paying, paying)"),
    Mutant("settlement", "return due - settled", "return max(0, due - settled)"),
    Mutant("settlement", "new.payment - (old.payment if old else 0)", "new.payment"),
    Mutant("settlement", "self.accrued - self.applied + self.adjusted", "self.accrued - self.applied - self.adjusted"),
    # Returns at the rate of the sale
    Mutant("returns", "_paid_on(worth, before + now) - _paid_on(worth, before)", "_paid_on(worth, now)"),
    Mutant("returns", "_paid_on(worth, before + now) - _paid_on(worth, before)", "abs(now)"),
    Mutant("returns", "min(max(back, 0), max(worth.paid_on, 0))", "min(back, max(worth.paid_on, 0))"),
    Mutant("returns", "min(max(back, 0), max(worth.paid_on, 0))", "max(back, 0)"),
    Mutant("returns", "of, now - measure)", "of)"),
    Mutant("returns", "worth.came_to, worth.paid_on, of", "worth.came_to, abs(now), of"),
    Mutant("rebates", "min(by_rates, steps[-1].after)", "steps[-1].after", ("test_returns",)),
    Mutant("rebates", "min(by_rates, steps[-1].after)", "by_rates", ("test_returns",)),
    Mutant("rebates", "min(by_rates, steps[-1].after)", "min(rating.all, steps[-1].after)", ("test_returns",)),
    Mutant("rebates", "figures.paying + figures.carried.paying -", "figures.paying -", ("test_returns",)),
    # What is refused, and how a rule is kept
    Mutant("incentive_checks", "measure.valuation is Valuation.REPORTED_RESALE", "False", RULES),
    Mutant("incentive_checks", "rule.cap < rule.minimum_guarantee", "rule.cap <= rule.minimum_guarantee", RULES),
    Mutant("incentive_checks", "    if not ascend(thresholds):", "    if thresholds != sorted(thresholds):", RULES),
    Mutant("incentive_data", "if type(data) is not kind:", "if not isinstance(data, kind):", RULES),
    Mutant("incentive_data", "    if len(made) < len(read):", "    if False:", RULES),
]
