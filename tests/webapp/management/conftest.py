"""Alice, Bob and an analysed photo, as the API's tests know them."""

from __future__ import annotations

from tests.webapp.api.conftest import (  # noqa: F401  fixtures
    alice,
    analysed,
    astronaut_report,
    bob,
    gallery,
    media,
    photo,
)
