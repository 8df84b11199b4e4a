"""Facial attributes, one file each: a question of a person, in several wordings.

A file that defines QUESTION is an attribute; nothing else is to be done. Wordings differ so that
their agreement tells something: one turns the choices around, another asks about the picture.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from ml.types import Question


def _found() -> dict[str, Question]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    questions: list[Question] = [
        importlib.import_module(f"{__name__}.{name}").QUESTION for name in names
    ]
    return {question.name: question for question in questions}


ATTRIBUTES: Mapping[str, Question] = _found()
