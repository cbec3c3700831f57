"""Mistakes that somebody could make in the rules of SPIFFs and commissions. Each has to make a test of it fail."""

from tests.programme.mutation import Mutant

SPIFFS, COMMISSIONS = "spiffs", "commissions"

MUTANTS: list[Mutant] = [
    Mutant(SPIFFS, "if asked <= 0:", "if asked < 0:"),
    Mutant(
        SPIFFS, "max(0, line.sold - line.returned - line.claimed_before)", "max(0, line.sold - line.claimed_before)"
    ),
    Mutant(SPIFFS, "max(0, line.sold - line.returned - line.claimed_before)", "max(0, line.sold - line.returned)"),
    Mutant(SPIFFS, "terms.cap - earned", "terms.cap"),
    Mutant(SPIFFS, "_units_within(terms, budget_left)", "asked"),
    Mutant(SPIFFS, "denials.append((reason, units - most))", "denials.append((reason, most))"),
    Mutant(SPIFFS, "            units = most\n", "            units = units\n"),
    Mutant(SPIFFS, "line.returned - (line.claimed_before - paid_units)", "line.returned - line.claimed_before"),
    Mutant(SPIFFS, "    if not line.is_sale:\n        kept = 0\n", ""),
    Mutant(SPIFFS, "return paid_units - kept, paid_amount - stays", "return paid_units - kept, stays"),
    Mutant(SPIFFS, "start = sold_on.replace(day=1)", "start = sold_on"),
    Mutant(SPIFFS, "len(set(serials) & set(of_line))", "len([s for s in serials if s in of_line])"),
    Mutant(SPIFFS, "<= line.sold_on < terms.window.end", "<= line.sold_on <= terms.window.end"),
    Mutant(SPIFFS, "terms.window.start <= line", "terms.window.start < line"),
    Mutant(SPIFFS, "if not line.covered:", "if False:"),
    Mutant(SPIFFS, "claimed_on > line.sold_on", "claimed_on >= line.sold_on"),
    Mutant(SPIFFS, "    if left <= 0:\n        return 0\n", ""),
    Mutant(SPIFFS, "micros(left, terms.currency) // terms.per_unit * MILLI", "micros(left, terms.currency) * MILLI"),
    Mutant(COMMISSIONS, "if not 0 <= rate <= MICRO:", "if not 0 <= rate:"),
    Mutant(COMMISSIONS, "if carried > 0:", "if carried > 1:"),
    Mutant(COMMISSIONS, "base = sum(lines) + carried", "base = sum(lines)"),
    Mutant(COMMISSIONS, "(0,) * len(lines), base)", "(0,) * len(lines), 0)"),
    Mutant(COMMISSIONS, "if base <= 0:", "if base < -MICRO:"),
    Mutant(COMMISSIONS, "tuple(allocate(amount, lines))", "tuple(lines)"),
    Mutant(COMMISSIONS, "whole if cap is None else min(whole, cap)", "whole"),
    Mutant(COMMISSIONS, "cap < 0:", "cap < -1:"),
    Mutant(COMMISSIONS, "max(0, earns + adjusted)", "earns + adjusted"),
    Mutant(COMMISSIONS, "max(0, earns + adjusted)", "max(0, earns)"),
    Mutant(COMMISSIONS, "Owed(max(0, earns + adjusted), adjusted)", "Owed(max(0, earns + adjusted), 0)"),
]
