"""What random networks hold of merges of two records of one reseller: records that are gone, what was done for each, and
merges that were undone or could not be applied. Nobody but the vendor learns that there ever was another record."""

import json
from typing import TYPE_CHECKING

from app.programme.terms import Level
from app.store.identity import new_id
from tests.access.networks import NOW, TODAY, Agreement, Party, vendor

if TYPE_CHECKING:
    from tests.access.partners import Writing

TABLES = ("party_merge", "party_merge_part", "party_merge_change")


async def merges_in(writing: "Writing") -> None:
    """Every reseller that its vendor knows had another record, in which nothing is left."""
    for each in (party for party in writing.parties(Level.RESELLER) if party.disclosed):
        gone = await _gone(writing, each)
        disclosing = [agreement for agreement in writing.agreements if agreement.reseller]
        for state in ("UNDONE", "REFUSED", "APPLIED"):
            await _merge(writing, gone, each, state, disclosing[:1])


async def _gone(writing: "Writing", survivor: Party) -> Party:
    """The record that went into another one."""
    of, secrets = writing.of, writing.made.secrets
    itself = vendor(of.firm)
    words = {name: secrets.word(itself) for name in ("name", "region", "tax_number")}
    gone = Party(of, "", new_id(), Level.RESELLER, **words, partner_type=survivor.partner_type)
    own = {"vendor_id": of.id, "id": gone.id, "kind": "RESELLER", "country": "DE", "disclosed": True, **words}
    await writing.owner().add("party", **own, partner_type=gone.partner_type, merged_into=survivor.id, created_at=NOW)
    writing.made.merged.append((gone, survivor))
    return gone


async def _merge(writing: "Writing", gone: Party, into: Party, state: str, under: list[Agreement]) -> None:
    id, owner, done = new_id(), writing.owner(), state != "REFUSED"
    undone = {"undone_by": owner.word("V"), "undone_at": NOW} if state == "UNDONE" else {}
    await owner.add(
        "party_merge",
        vendor_id=writing.of.id,
        id=id,
        from_id=gone.id,
        into_id=into.id,
        effective_from=TODAY,
        state=state,
        reason=owner.word("V"),
        refusal=None if done else owner.word("V"),
        asked_by=owner.word("V"),
        asked_by_id=new_id(),
        asked_at=NOW,
        applied_at=NOW if done else None,
        **undone,
    )
    for agreement in under if done else ():
        of = {"vendor_id": writing.of.id, "merge_id": id, "agreement_id": agreement.id}
        await owner.add("party_merge_part", **of, knowledge=1, lines=3)
        for kind in ("ACCOUNT", "ACCOUNT", "ALIAS", "CERTIFICATION"):
            told = json.dumps({"number": owner.word("")})
            await owner.add("party_merge_change", **of, row_kind=kind, row_key=owner.word(""), before=told, after=told)
