"""What random networks hold of SPIFFs: those for representatives and for inside sales, claims of every partner, payouts."""

from datetime import timedelta
from typing import TYPE_CHECKING

from app.programme.terms import Level
from tests import reward_rows as rewards
from tests.access.networks import TODAY, Party, vendor
from tests.money_rows import Owner

if TYPE_CHECKING:
    from tests.access.partners import Writing

TABLES = ("spiff", "spiff_rep", "spiff_claim", "payout", "payout_line")
START, END = TODAY - timedelta(days=300), TODAY + timedelta(days=60)


async def rewards_in(writing: "Writing") -> None:
    """Of every vendor: a SPIFF for all resellers, one for all distributors and one for the first; and what each partner
    that sold something claimed."""
    of, made = writing.of, writing.made
    product = next(each for each in made.products if each.vendor is of)
    sellers = writing.parties(Level.DISTRIBUTOR)
    payout = await rewards.payout(writing.owner(), of.id, "PAID")
    await rewards.payout(writing.owner(), of.id, "OPEN")
    days = (product.id, START, END)
    resellers = _told(writing, writing.parties(Level.RESELLER))
    for_resellers = await rewards.spiff(resellers, of.id, "RESELLER", "VP", *days)
    inside = await rewards.spiff(_told(writing, sellers), of.id, "DISTRIBUTOR", "VP", *days)
    if sellers:
        first = _told(writing, sellers[:1])
        await rewards.spiff(first, of.id, "DISTRIBUTOR", "VP", *days, distributor_ids=(sellers[0].id,))
    for each in made.authorizations:
        seller, buyer = each.agreement.distributor, each.reseller
        if seller.vendor is of and buyer.disclosed:
            own = (buyer.id, buyer.principal.actor_id, product.id, seller.id)
            firm = rewards.Firm(of.id, "RESELLER", *own, each.agreement.reseller)
            await rewards.claims(writing.owner(reseller=buyer), firm, for_resellers, payout)
    for seller in sellers:
        firm = rewards.Firm(of.id, "DISTRIBUTOR", seller.id, seller.principal.actor_id, product.id, seller.id, True)
        await rewards.claims(writing.owner(seller), firm, inside, payout)


def _told(writing: "Writing", parties: list[Party]) -> Owner:
    """Writes texts that the vendor reads, and all of these."""
    readers = {"V": [vendor(writing.of.firm)], "P": [party.principal for party in parties]}
    secrets = writing.made.secrets
    return Owner(writing.found.owner, lambda letters: secrets.word(*(who for each in letters for who in readers[each])))
