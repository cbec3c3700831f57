"""What a walk asks of money beside fields without arguments: prices and costs under every agreement there is, trials of
every incentive, and the files behind statements. See `walking`.
"""

from typing import TYPE_CHECKING, Any

from app.execution.identifiers import global_id
from app.programme.terms import Level
from tests.access.documents import Way
from tests.access.networks import END, START
from tests.access.walking_steering import WAYS as OF_STEERING

if TYPE_CHECKING:
    from tests.access.walking import Walk

PERIOD = f'period: {{start: "{START}", end: "{END}"}}'
_MEASURE = "{basis: SELL_THROUGH, unit: AMOUNT, valuation: BOOK}"
_RULE = (
    f'{{kind: VOLUME_REBATE, currency: "EUR", qualifying: {_MEASURE}, structure: MARGINAL,'
    ' bands: [{threshold: "0", rate: "0.01"}, {threshold: "100", rate: "0.02"}], payPeriod: MONTH}'
)
LAST_YEARS = f'period: {{start: "{END.year - 4}-01-01", end: "{END.year - 2}-01-01"}}'
WAYS: dict[tuple[str, str], tuple[Way, ...]] = {
    ("Network", "backtest"): (Way("", f"input: {{by: {{rule: {_RULE}}}, {LAST_YEARS}}}"),),
    ("Network", "previewIncentive"): (),
    ("DistributionAgreement", "netCost"): (),
    ("DistributionAgreement", "priceDeviations"): (Way("", f"{PERIOD}, first: 250"),),
    ("Product", "priceInForce"): (),
    ("SpecialPrice", "matchingLines"): (Way("", f"{PERIOD}, first: 250"),),
    ("Statement", "explanationUrl"): (Way("", "format: CSV"),),
    **OF_STEERING,
}
"How fields are asked that need arguments; those without a way here are asked below, with every id that there is."


async def money(walk: "Walk") -> None:
    """Ask it all."""
    if walk.who.level is not Level.RESELLER:
        await _prices(walk)
        await _explanations(walk)
    if walk.who.level is Level.VENDOR:
        await _trials(walk)


async def _prices(walk: "Walk") -> None:
    """What a product costs under an agreement, and what its units came to cost net: nothing under one of others."""
    documents, made = walk.documents, walk.furnished.made
    cost = documents.selection(documents.object("NetCost"), walk.held)
    price = documents.selection(documents.object("PriceInForce"), walk.held)
    for agreement in made.agreements:
        of = global_id("DistributionAgreement", agreement.key)
        for product in (each for each in made.products if each.vendor is agreement.vendor):
            of_product = global_id("Product", product.key)
            answer = await walk.ask(
                "query($of: ID!, $product: ID!) { agreement: node(id: $of) { ... on DistributionAgreement {"
                f" netCost(productId: $product) {{ {cost} }} }} }}"
                f" product: node(id: $product) {{ ... on Product {{ priceInForce(agreementId: $of) {{ {price} }} }} }} }}",
                of=of,
                product=of_product,
            )
            if answer is not None:
                _told(walk, answer, of in walk.oracle.objects, of_product in walk.oracle.objects)


def _told(walk: "Walk", answer: dict[str, Any], sees_agreement: bool, sees_product: bool) -> None:
    for kind, name, there in (
        ("DistributionAgreement", "agreement", sees_agreement),
        ("Product", "product", sees_product),
    ):
        found = answer[name]
        if (found is not None) != there:
            walk.fault(f"{kind} is {'missing' if found is None else 'not to be seen'}")
        elif found is not None:
            walk.normal(kind, found, name, check=False)
            if not sees_agreement and any(value is not None for value in found.values()):
                walk.fault(f"{kind} tells prices under an agreement of others: {found}")


async def _explanations(walk: "Walk") -> None:
    """The files behind the statements that it sees."""
    for each in walk.furnished.made.money.held["Statement"]:
        id = global_id("Statement", each.key)
        if id in walk.oracle.objects:
            answer = await walk.ask(
                "query($id: ID!) { node(id: $id) { ... on Statement { explanationUrl(format: CSV) } } }", id=id
            )
            link = answer["node"]["explanationUrl"] if answer is not None else None
            if link is not None:
                walk.search((await walk.furnished.http.get(link)).text, "the file of a statement")


async def _trials(walk: "Walk") -> None:
    """Previews of the vendor's own incentives; one of others does not exist for it."""
    documents = walk.documents
    below = documents.selection(documents.object("IncentivePreview"), walk.held)
    text = (
        f"query($id: ID!) {{ viewer {{ vendor {{ network {{ previewIncentive(input: {{incentiveId: $id, {LAST_YEARS}}})"
        f" {{ {below} }} }} }} }} }}"
    )
    statuses = {"DRAFT", "PROPOSED"}
    for each in walk.furnished.made.money.held["Incentive"]:
        id = global_id("Incentive", each.key)
        if id in walk.oracle.objects and each.row["status"] in statuses:
            answer = await walk.ask(text, id=id)
            if answer is not None:
                walk.normal("Network", answer["viewer"]["vendor"]["network"], "a preview")
        elif id not in walk.oracle.objects:
            caller = walk.furnished.callers[walk.who]
            refused = await caller.raw(text, id=id)
            walk.search(str(refused), "a preview of others")
            if "errors" not in refused:
                walk.fault("an incentive of others can be previewed")
