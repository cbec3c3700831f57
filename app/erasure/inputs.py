"""What somebody enters to have a name erased."""

import strawberry

from app.execution.described import entered, values
from app.programme.erasures import ErasedSubject

values(ErasedSubject)


@entered
class PreviewErasureInput:
    """Whose name, and where you hold it."""

    owner_id: strawberry.ID
    "What you are in the network: your own Distributor, Reseller or Vendor, by its id."
    subject: ErasedSubject
    "Whose name it is."
    name: str
    """The name as it was written, in small or capital letters; at least three letters or digits. Other ways to write it
    are other names: erase each."""


@entered
class EraseNameInput:
    """A name that is to be erased for good, as it was previewed."""

    owner_id: strawberry.ID
    "What you are in the network: your own Distributor, Reseller or Vendor, by its id."
    subject: ErasedSubject
    "Whose name it is."
    name: str
    "The name, as it was previewed."
    previewed: str
    "The `token` of the preview: it shows that you saw what is touched. If that changed since, nothing happens."
    reason: str
    "Why, up to 2,000 characters, without the name."
    idempotency_key: str
    "Your own key for this act: the same key and input give the same erasure, for good."
