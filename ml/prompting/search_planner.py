"""Has a language model that sees propose where in a large photo to look first."""

from __future__ import annotations

from collections.abc import Sequence

from ml import registry
from ml.asking import asker
from ml.pipelines import Context
from ml.prompting.search import Region
from ml.prompting.search_sight import Seen
from ml.types import Form, Picture, Question

MOST = 8  # regions; more point nowhere
TRUST = 2.0  # log-odds that a proposed region gains, set by hand: never measured with real weights
ASKED = (
    "Which parts of this picture most probably hold {}? It may be too small to be seen: think of "
    "where such a thing usually is."
)


class EnginePlanner:
    """A Planner (ml.prompting.search) that asks an engine for boxes."""

    def __init__(self, name: str, context: Context) -> None:
        self._name = name
        self._context = context

    def regions(self, overview: Seen, wish: str) -> Sequence[Region]:
        """What it proposes, likeliest first; none where it answers with no box."""
        title = registry.get(self._name).card.title
        question = Question(ASKED.format(wish), Form.BOXES)
        (answer,) = asker(self._name, self._context)(Picture(overview.pixels), [question])
        return [
            Region(overview.back(box), TRUST, f"proposed by {title}") for box in answer.boxes[:MOST]
        ]
