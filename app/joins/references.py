"""How one object leads to another of another feature, by the key that it carries."""

from typing import Any

from app.execution.edges import reference


def to(name: str, loader: Any, returns: object, description: str) -> Any:
    """A reference by the key in the attribute `name`, loaded by whoever owns what it leads to."""
    return reference(loader, returns, key=lambda parent: getattr(parent, name), description=description)
