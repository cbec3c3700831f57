"""What goods that come back take back of an earlier payment, where a rule reverses them at the original sale's rate.

A return names an invoice line. If the pay period in which that line counted is over, the return adds nothing to its own
period: neither to the volume that attains a band nor to what is paid on. It takes back its share of what the earlier period
came to, because a line's share of a payment is payment × its measure ÷ V: the average over the bands, whatever band the
line itself would have had. 30,000 that come back of a quarter in which 300,000 came to 5,500 take back 550.

What the earlier period came to is what its rates paid after gates and within the cap, rounded to minor units as it was paid,
before anything was taken back from it. A guaranteed minimum that went beyond is owed without a sale and is not taken back.
Never more is taken back of a period than it came to: goods that come back beyond what it paid on take nothing. A return
that turns out to be wrong gives back what it took. A return that names no line, or a line of its own period, counts in its
own period, as all returns do where the rule says nothing else.
"""

from dataclasses import dataclass

from app.programme.figures import ReturnedSale


@dataclass(frozen=True, slots=True)
class Worth:
    """What a pay period came to, in minor units, and on how much of its paying measure."""

    came_to: int
    paid_on: int


NOTHING = Worth(0, 0)
"What a period came to in which nothing was paid on."


def taken_back(of: str, worth: Worth, before: int, now: int) -> ReturnedSale | None:
    """What has to be taken back in a period of a sale that an earlier one paid on, in the paying measure; None where it is
    nothing. `before` came back in the periods between, `now` comes back in this one; below 0 returns were corrected, and
    something is given back."""
    measure = _paid_on(worth, before + now) - _paid_on(worth, before)
    if not now:
        return None
    return ReturnedSale(measure, worth.came_to, worth.paid_on, of, now - measure)


def _paid_on(worth: Worth, back: int) -> int:
    """How much of what came back in all was paid on."""
    return min(max(back, 0), max(worth.paid_on, 0))
