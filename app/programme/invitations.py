"""When a distributor's invitation of a reseller waits for the vendor: where the address is of the distributor's own firm.

Whoever takes up an invitation acts as the reseller. A distributor that invites an address of its own would act as the
reseller that it sells to: join programmes, register deals and claim funds in its name. So an invitation to one of its own
people, or to an address at a domain at which one of them has his mail, is confirmed by the vendor before it can be taken
up. A domain at which anybody may have an address says nothing about a firm: there only the same mailbox counts, however it
is written.
"""

from collections.abc import Iterable
from enum import StrEnum

from app.programme.end_customers import customer_domain

_WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
"Providers that deliver to one mailbox however dots are set in its name, and the name that they share."


class InvitationConfirmation(StrEnum):
    """How it stands with the vendor's confirmation of a distributor's invitation."""

    PENDING_CONFIRMATION = "PENDING_CONFIRMATION"
    "The vendor has to confirm it before it can be taken up."
    CONFIRMED = "CONFIRMED"
    "The vendor has confirmed it."
    REFUSED = "REFUSED"
    "The vendor has refused it: nobody can take it up."


def mailbox(address: str) -> str:
    """The mailbox that an e-mail address is delivered to: without case, and without what stands behind a plus."""
    local, _, host = address.strip().casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if host in _WITHOUT_DOTS:
        return f"{local.replace('.', '')}@{_WITHOUT_DOTS[host]}"
    return f"{local}@{host}"


def is_of_own_firm(invited: str, own: Iterable[str]) -> bool:
    """Whether an invited address is one of the inviter's own people's, or at the domain of one of them."""
    known = set(own)
    domain = _domain(invited)
    return mailbox(invited) in map(mailbox, known) or (domain is not None and domain in map(_domain, known))


def _domain(address: str) -> str | None:
    """The domain that a firm registered; None where anybody may have an address there, or where it is no firm's."""
    try:
        return customer_domain(address)
    except ValueError:
        return None
