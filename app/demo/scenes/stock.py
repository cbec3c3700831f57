"""A price that is announced where one product of the demo lies in heaps: what lies there will be worth less."""

from app.demo.corners import OVERSTOCKED
from app.demo.history import MONTHS
from app.demo.network import KESTREL
from app.demo.scenes.stage import Stage

DROP, NOTICE = 88, 45
"The announced price in hundredths of the present one, and in how many days it will hold."


async def stock(stage: Stage) -> None:
    """Announce that what Kestrel has far too much of will be cheaper. Done again, nothing is done."""
    kestrel = stage.agreement(KESTREL)
    (product,) = (each for each in kestrel.products if each.sku == OVERSTOCKED)
    price = product.price(kestrel.terms.currency, MONTHS - 1) // 10_000 * DROP // 100
    new = {
        "productId": stage.gid("Product", product.id),
        "currency": kestrel.terms.currency,
        "price": f"{price // 100}.{price % 100:02}",
        "effectiveFrom": stage.day(NOTICE),
    }
    await stage.act(stage.manager, "set_prices", prices=[new], idempotencyKey="demo price of portable drives")
