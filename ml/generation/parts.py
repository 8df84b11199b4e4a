"""Parts that help several makers of pictures: a card each, and loaded when first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ml.contracts import Output, View
from ml.errors import MLError
from ml.registry import Model

ABSENT = "{0} is not installed. Run: python manage.py models fetch {1}"


class Part(Model):
    """Constructing it loads it. Its task is GENERATION_PART."""

    @contextmanager
    def laid_out(self) -> Iterator[Path]:
        """A folder that holds the repositories under their names, while it is loaded.

        Raises:
            MLError: they are not here; the sentence names the command.
        """
        if not self.weights.has(self.card.weights):
            raise MLError(ABSENT.format(self.card.title, self.card.name))
        with TemporaryDirectory() as folder:
            self.weights.lay_out(self.card.weights, Path(folder), apart=True)
            yield Path(folder)

    def run(self, view: View) -> Output:
        """It does nothing by itself."""
        return Output()
