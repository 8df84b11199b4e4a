"""Tells the file of tests after which a constant or a function of ours is another than before it.

A patch that is put back in the wrong order stays for all later tests, in another file, where nobody
looks for it. A plugin, so that every fixture of a file has been torn down when it looks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import _lru_cache_wrapper, cached_property
from types import FunctionType

import pytest

OURS = ("ml", "tasks", "webapp")
CALLED = (FunctionType, _lru_cache_wrapper)
OF_CLASSES = (*CALLED, staticmethod, classmethod, property, cached_property)


def values() -> dict[str, object]:
    """By name: constants and functions of our modules, cached ones too, and the functions,
    properties and static and class methods of their classes. Instances are not looked into."""
    found: dict[str, object] = {}
    for name, module in [*sys.modules.items()]:
        if name.partition(".")[0] not in OURS:
            continue
        for key, value in [*vars(module).items()]:
            if key.isupper() or isinstance(value, CALLED):
                found[f"{name}.{key}"] = value
            elif isinstance(value, type) and value.__module__ == name:
                own = [(k, v) for k, v in vars(value).items() if isinstance(v, OF_CLASSES)]
                found.update({f"{name}.{key}.{k}": v for k, v in own})
    return found


def changed(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """What is another now, or gone."""
    return sorted(name for name, value in before.items() if after.get(name) is not value)


@pytest.fixture(scope="session")
def _found() -> dict[str, object]:
    """As the last file left it."""
    return values()


@pytest.fixture(scope="module", autouse=True)
def _left_as_found(_found: dict[str, object]) -> Iterator[None]:
    yield
    before, after = dict(_found), values()
    _found.clear()
    _found.update(after)
    assert changed(before, after) == [], "a test of this file left these otherwise"
