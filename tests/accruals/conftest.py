"""The application over a world of its own, as the tests of the API have it."""

from tests.api.conftest import api, world

__all__ = ["api", "world"]
