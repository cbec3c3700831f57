"""How a distributor's resellers develop: who is active.

A reseller is active at a distributor on a day if it bought more than it returned there in the trailing ninety days, that
day included.
"""

ACTIVE_DAYS = 90
"How far back a purchase makes a reseller active."


def is_active(net_units: int) -> bool:
    """Whether net sell-through of the trailing ninety days (in any one unit) makes a reseller active."""
    return net_units > 0
