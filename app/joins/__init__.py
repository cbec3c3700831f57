"""Where one feature's objects lead to another's: features never import each other, so their fields meet here, by subject."""

from app.joins import (
    affiliations,
    deals,
    enablement,
    funds,
    network,
    people,
    previews,
    resellers,
    rewards,
    segments,
    stock,
)

__all__ = [
    "affiliations",
    "deals",
    "enablement",
    "funds",
    "network",
    "people",
    "previews",
    "resellers",
    "rewards",
    "segments",
    "stock",
]
