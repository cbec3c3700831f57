"""Where networks and distributors lead to their stock, its rows to whose and what it is, and agreements to its standard."""

from app.execution.edges import attach, edge
from app.inventory.graph import InventoryRow, inventory_of_distributors, inventory_of_networks
from app.inventory.standards.graph import InventoryStandardLine, standard_of_agreements
from app.joins.references import to
from app.network.graph import Network
from app.network.knowledge.moments import knowable
from app.partners.agreements.graph import DistributionAgreement, agreements_by_key
from app.partners.organizations.graph import Distributor, distributors_by_key
from app.pricing.graph import Product, products_by_key

attach(Network, inventory=edge(inventory_of_networks))
attach(Distributor, inventory=inventory_of_distributors(knowable))
attach(DistributionAgreement, inventory_standard=edge(standard_of_agreements))
attach(
    InventoryRow,
    distributor=to("distributor_key", distributors_by_key, Distributor | None, "Whose stock, where grouped by it."),
    product=to("product_key", products_by_key, Product | None, "The product, where grouped by it."),
    agreement=to(
        "agreement_key",
        agreements_by_key,
        DistributionAgreement | None,
        "Under which agreement it is on that day; null unless the row is one position.",
    ),
)
attach(
    InventoryStandardLine,
    product=to("product_key", products_by_key, Product | None, "Of which product, where it is about one."),
)
