"""Mistakes that somebody could make in the rule of funds, one by one. Each has to make a test of it fail."""

from tests.programme.mutation import Mutant

FUNDS = "funds"

MUTANTS: list[Mutant] = [
    Mutant(FUNDS, "return max(0, rounded(exact))", "return rounded(exact)"),
    Mutant(FUNDS, "return max(0, rounded(exact))", "return max(0, int(exact))"),
    Mutant(FUNDS, "return max(0, self.net)", "return self.net"),
    Mutant(FUNDS, "return max(0, -self.net)", "return 0"),
    Mutant(FUNDS, "- self.reserved - self.paid - self.expired", "- self.reserved - self.paid"),
    Mutant(FUNDS, 'K.PAY: (("reserved", -1), ("paid", 1)),', 'K.PAY: (("paid", 1),),'),
    Mutant(FUNDS, "K.RESERVE: balance.available,", "K.RESERVE: balance.net + balance.shortfall + 1,"),
    Mutant(FUNDS, "K.EXPIRE: balance.available,", "K.EXPIRE: balance.accrued + balance.granted,"),
    Mutant(FUNDS, "K.RELEASE: balance.reserved,", "K.RELEASE: balance.reserved + balance.paid + 1,"),
    Mutant(FUNDS, "if amount <= 0:", "if amount < 0:"),
    Mutant(
        FUNDS,
        "return min(rounded(Fraction(cost * share, MICRO)), left)",
        "return rounded(Fraction(cost * share, MICRO))",
    ),
    Mutant(
        FUNDS, "return min(rounded(Fraction(cost * share, MICRO)), left)", "return min(cost * share // MICRO, left)"
    ),
    Mutant(FUNDS, "return min(rounded(Fraction(cost * share, MICRO)), left)", "return min(cost, left)"),
    Mutant(FUNDS, "each.since <= period.start", "each.since < period.end"),
    Mutant(FUNDS, "if period.start < days.start:", "if period.end <= days.start:"),
    Mutant(
        FUNDS, "period.start < days.end and period.start <= today", "period.start < days.end and period.end <= today"
    ),
    Mutant(FUNDS, "period.start < days.end and period.start <= today", "period.start <= today"),
    Mutant(FUNDS, "asked > up_to or asked > balance.available", "asked > up_to"),
    Mutant(FUNDS, "asked > up_to or asked > balance.available", "asked >= up_to or asked > balance.available"),
    Mutant(FUNDS, "return before + asked <= (up_to", "return asked <= (up_to"),
    Mutant(FUNDS, "return before + asked <= (up_to", "return before + asked < (up_to"),
    Mutant(FUNDS, "return days_later(ends, days - 1)", "return days_later(ends, days)"),
    Mutant(FUNDS, "(K.ACCRUE, after - before) if after > before", "(K.ACCRUE, after) if after > before"),
]
