"""What may be asked to be done about how much stock there should be, and what it answers."""

import strawberry

from app.access.actor import Actor
from app.access.acts import UserError, mutation
from app.access.roles import Permission
from app.execution.described import visible
from app.execution.request import Request
from app.inventory.standards import actions
from app.inventory.standards.graph import InventoryStandard, standards_by_key
from app.inventory.standards.inputs import SetInventoryStandardInput


@visible("agreement:read")
class SetInventoryStandardPayload:
    """How much stock there should be, or why nothing was set."""

    standard: InventoryStandard | None
    "What is asked from that day on; null where there are errors."
    user_errors: list[UserError]
    "What has to be put right; empty on success."


@strawberry.type
class InventoryMutation:
    """What a vendor agrees with its distributors about stock."""

    @mutation(Permission.AGREEMENT_MANAGE)
    async def set_inventory_standard(
        self, info: strawberry.Info, input: SetInventoryStandardInput
    ) -> SetInventoryStandardPayload:
        """Set how much stock a distributor should hold: of all products, and of families and products that differ."""
        request: Request[Actor] = info.context
        key = await actions.set_inventory_standard(request, input)
        (found,) = await standards_by_key(request, [key], input.effective_from)
        return SetInventoryStandardPayload(standard=found, user_errors=[])
