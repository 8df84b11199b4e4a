"""Nobody reads rows but through a selector, and every selector asks for whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

WEBAPP = Path(__file__).resolve().parents[2] / "webapp"
MANAGERS = {"objects", "_default_manager", "_base_manager"}
VIEWS = sorted(
    path
    for part in ("pages", "api", "templatetags", "forms")
    for path in WEBAPP.glob(f"{part}/**/*.py")
)
SELECTORS = sorted(WEBAPP.glob("selectors/*.py"))
ROWS = {"QuerySet", "Gallery", "Photo", "Face", "Person", "Job", "Run", "Share"}
# Selectors of rows that belong to nobody, each with its reason.
OF_ALL = {
    "capabilities.accepted": "licences are accepted for the whole installation",
    "installation.use": "it is the whole installation's",
    "jobs.wait_for": "whoever calls it has asked visible_to before",
    "shares.behind": "whoever holds the token may ask for it",
    "endpoints.enabled": "they are the installation's",
    "consents.showing_strangers": "it is narrowed to the photos that its caller was given",
    "shares.reasons": "it tells of the links that its caller was given",
    "face_hindrance.hindrances": "it tells of the faces that its caller was given",
    "made_here.by_digest": "whoever has the very file may know that it was made here",
    "made_here.by_number": "that a portrait was made here is told to anybody who holds it",
    "prompt_rules.in_force": "the list is the installation's",
    "audit.first_broken": "the chain of audit lines is the installation's",
}


def touches(tree: ast.AST) -> list[int]:
    """Lines on which a model's manager is named."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS
    ]


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(WEBAPP)))
def test_views_never_touch_rows(path: Path) -> None:
    assert touches(ast.parse(path.read_text())) == []


def readers() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every public selector that names a model's manager."""
    for path in SELECTORS:
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if touches(node):
                yield f"{path.stem}.{node.name}", node


READERS = dict(readers())


@pytest.mark.parametrize("name", READERS)
def test_selectors_ask_for_whom_or_start_from_a_row_one_was_given(name: str) -> None:
    first = [*READERS[name].args.args, *READERS[name].args.kwonlyargs, ast.arg("nothing")][0]
    given = ast.unparse(first.annotation) if first.annotation else ""
    assert name in OF_ALL or first.arg == "user" or given.partition("[")[0] in ROWS


def test_exceptions_still_exist() -> None:
    assert OF_ALL.keys() <= READERS.keys()
