"""A correction that somebody may ask about: a distributor puts a line of its last report right, after it was counted.

Kestrel typed a digit too many: of what it reported on that line it sold a tenth. Its figures change, and `changes` names the
report that changed them.
"""

from app.access.roles import Role
from app.demo.history import MONTHS
from app.demo.mistyped import right_quantity, wrong_line
from app.demo.network import KESTREL
from app.demo.portal import person
from app.demo.reports import sell_through_csv
from app.demo.scenes.stage import Stage
from app.programme.spans import month_after
from app.reports.counting.actions import count_reports

FILENAME = "sell-through-KD-correction.csv"


async def corrections(stage: Stage) -> None:
    """Hand the correction in and count it. Done again, nothing is done."""
    agreement, by = stage.agreement(KESTREL), person(KESTREL, Role.DISTRIBUTOR_ADMIN)
    month = stage.sold[agreement.id][MONTHS - 1]
    wrong = wrong_line(stage.sold[agreement.id])
    if wrong is None:
        return
    content = sell_through_csv(agreement, [wrong._replace(quantity=right_quantity(wrong))])
    await stage.act(
        by,
        "submit_sell_through",
        agreementId=stage.gid("DistributionAgreement", agreement.id),
        period={"start": str(month.first), "end": str(month_after(month.first))},
        mode="CORRECT",
        source={"uploadId": await stage.portal.upload(by, FILENAME, f"demo {FILENAME}", content)},
        idempotencyKey="demo correction",
    )
    await count_reports(stage.portal.database, stage.vendor.id, agreement.id)
