"""What the environment makes of the settings."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

SETTINGS = str(Path(__file__).parents[2] / "webapp" / "settings.py")


@pytest.mark.parametrize(
    ("named", "any_host"), [(None, True), ("", True), ("photos.example.org", False)]
)
def test_who_names_hosts_is_answered_under_these_only(
    monkeypatch: pytest.MonkeyPatch, named: str | None, any_host: bool
) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    if named is not None:
        monkeypatch.setenv("ALLOWED_HOSTS", named)
    allowed = runpy.run_path(SETTINGS)["ALLOWED_HOSTS"]
    assert ("*" in allowed) == any_host
    assert "localhost" in allowed
    assert "" not in allowed


def test_an_own_machine_is_asked_under_its_own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOST", raising=False)
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    assert "*" not in runpy.run_path(SETTINGS)["ALLOWED_HOSTS"]
