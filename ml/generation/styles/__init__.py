"""Styles of made portraits, one file each: words that go with what a person asks for.

A file that defines STYLE is a style; nothing else is to be done.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from ml.generation.styling import Style


def _found() -> dict[str, Style]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    styles: list[Style] = [importlib.import_module(f"{__name__}.{name}").STYLE for name in names]
    return {style.name: style for style in styles}


STYLES: Mapping[str, Style] = _found()
