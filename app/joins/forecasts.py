"""Where networks and distributors lead to forecasts of their sales, and these to whose and what they are of."""

from app.execution.edges import attach, edge
from app.joins.references import to
from app.network.forecasts.graph import Forecast, forecast_of_distributor, forecast_of_network
from app.network.graph import Network
from app.partners.organizations.graph import Distributor, Reseller, distributors_by_key, resellers_by_key
from app.pricing.graph import Product, products_by_key

attach(Network, forecast=edge(forecast_of_network))
attach(Distributor, forecast=edge(forecast_of_distributor))
attach(
    Forecast,
    distributor=to("distributor_key", distributors_by_key, Distributor | None, "Whose sales, where grouped by them."),
    reseller=to(
        "reseller_key",
        resellers_by_key,
        Reseller | None,
        "To whom; null where not grouped by resellers or not disclosed.",
    ),
    product=to("product_key", products_by_key, Product | None, "Of what, where grouped by products."),
)
