"""`manage.py models` says what it will do, does it once, and its exit code tells."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ml import registry
from ml.registry import Commercial
from ml.weights import File, Hub, Npm, Pypi, Weights
from tests.conftest import ROOT
from tests.webapp.conftest import SmallModels
from webapp.models import AuditLine, LicenceAcceptance
from webapp.selectors import models


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("models", *arguments, stdout=out)
    return out.getvalue()


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it, in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", "models", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db
class TestFetch:
    def test_without_names_installs_the_core(self, small_models: SmallModels) -> None:
        said = run("fetch")
        assert "Fetching 1 model, 0.0 MB to download:" in said
        assert "code MIT" in said and "commercial use: yes" in said
        assert models.row("freely").installed
        assert not models.row("barred").installed

    def test_asks_nobody_the_second_time(self, small_models: SmallModels) -> None:
        run("fetch")
        small_models.index.asked.clear()
        assert "nothing to fetch" in run("fetch")
        assert small_models.index.asked == []

    def test_does_without_what_npm_does_not_give(
        self, small_models: SmallModels, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        npm = tmp_path / "npm"
        npm.write_text("#!/bin/sh\necho npm error ECONNREFUSED >&2; exit 1\n")
        npm.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        file = File("model.bin", "0" * 64, 10)
        card = replace(small_models.free, weights=(Npm("extra", "1.0", (file,), download=10),))
        registry.get("barred").card = replace(card, name="barred", title="Extra model")
        said = run("fetch")
        assert "could not be reached" in said and "works without: Extra model." in said
        assert models.row("freely").installed
        with pytest.raises(CommandError, match="could not be reached"):
            run("fetch", "barred")

    def test_says_what_is_left_out_where_there_is_no_npm(
        self, small_models: SmallModels, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shutil.which", lambda name: None)
        file = File("model.bin", "0" * 64, 10)
        card = replace(small_models.free, weights=(Npm("extra", "1.0", (file,), download=10),))
        registry.get("barred").card = replace(card, name="barred", title="Extra model")
        said = run("fetch")
        assert "apt install npm" in said and "Extra model" in said
        assert models.row("freely").installed

    def test_writes_an_audit_line(self, small_models: SmallModels) -> None:
        run("fetch")
        line = AuditLine.objects.get()
        assert (line.verb, line.subject, line.actor) == ("model-fetch", "model:freely", None)

    def test_takes_wheels_from_a_folder(self, small_models: SmallModels) -> None:
        run("fetch", "--from", str(small_models.wheels))
        assert models.row("freely").installed
        assert small_models.index.asked == []

    def test_a_forbidding_licence_is_accepted_by_name_first(
        self, small_models: SmallModels
    ) -> None:
        with pytest.raises(CommandError, match=r"CC-BY-NC-4\.0.*models accept barred") as refused:
            run("fetch", "barred")
        assert refused.value.returncode == 3
        assert small_models.index.asked == []
        assert "CC-BY-NC-4.0" in run("accept", "barred")
        run("fetch", "barred")
        assert models.row("barred").usable
        assert LicenceAcceptance.objects.get().model == "barred"

    def test_a_licence_that_says_nothing_is_accepted_by_name_too(
        self, small_models: SmallModels
    ) -> None:
        card = replace(small_models.free, commercial_use=Commercial.UNKNOWN)
        registry.get("freely").card = card
        assert models.core() == []
        assert not registry.Policy().allows(card)
        assert registry.Policy(accepted=frozenset({"freely"})).allows(card)
        with pytest.raises(CommandError, match="may or may not be used commercially"):
            run("fetch", "freely")
        run("accept", "freely")
        run("fetch", "freely")
        assert models.row("freely").usable

    def test_an_acceptance_does_not_hold_for_other_weights(self, small_models: SmallModels) -> None:
        run("accept", "barred")
        LicenceAcceptance.objects.update(digest="0" * 64)
        with pytest.raises(CommandError):
            run("fetch", "barred")

    def test_an_unknown_name_is_an_error(self, small_models: SmallModels) -> None:
        with pytest.raises(CommandError, match="No model is named 'nobody'") as refused:
            run("fetch", "nobody")
        assert refused.value.returncode == 2

    def test_a_missing_folder_is_an_error(self, small_models: SmallModels) -> None:
        with pytest.raises(CommandError, match="is no folder"):
            run("fetch", "--from", "/nowhere")


@pytest.mark.django_db
class TestAfterwards:
    @pytest.fixture(autouse=True)
    def _installed(self, small_models: SmallModels) -> None:
        run("fetch")

    def test_lists_a_table(self) -> None:
        head, barred, freely = run("list").splitlines()
        assert head.index("CODE") == freely.index("MIT") == barred.index("MIT")
        assert freely.endswith("yes") and barred.endswith("no")

    def test_lists_json(self) -> None:
        rows = {row["name"]: row for row in json.loads(run("list", "--json"))}
        assert rows["freely"]["installed"] and not rows["barred"]["installed"]
        assert rows["freely"]["size"] == 6000
        assert rows["barred"]["commercial_use"] == "no"

    def test_verifies_every_byte(self, small_models: SmallModels) -> None:
        assert "All 1 files are right." in run("verify")
        file = Weights(small_models.weights).path(small_models.free.weights[0].files[0])
        file.write_bytes(b"changed")
        with pytest.raises(CommandError, match=r"models remove freely, then: .* fetch freely"):
            run("verify")

    def test_removes_the_files(self, small_models: SmallModels) -> None:
        run("remove", "freely")
        assert not models.row("freely").installed
        assert AuditLine.objects.latest("pk").verb == "model-remove"

    def test_keeps_files_that_another_model_reads(self, small_models: SmallModels) -> None:
        twin = type("Twin", (registry.get("freely"),), {})
        registry.register(replace(small_models.free, name="twin", title="Twin"))(twin)
        with pytest.raises(CommandError, match="removed alone: Twin read the same files"):
            run("remove", "freely")
        assert models.row("twin").installed
        assert not AuditLine.objects.filter(verb="model-remove").exists()
        assert "Removed freely, twin." in run("remove", "freely", "twin")
        assert not models.row("twin").installed
        assert AuditLine.objects.filter(verb="model-remove").count() == 2


class TestAsAPersonRunsIt:
    """With the real cards, before there is a database, without a network."""

    @pytest.fixture
    def elsewhere(self, tmp_path: Path) -> dict[str, str]:
        return {
            "DATA_DIR": str(tmp_path / "data"),
            "WEIGHTS_DIR": str(tmp_path / "data" / "weights"),
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_FIND_LINKS": "",
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
            "PIP_RETRIES": "1",
        }

    def test_the_core_comes_from_a_folder(
        self, elsewhere: dict[str, str], weights_folder: Path
    ) -> None:
        done = manage("fetch", "--from", str(weights_folder), **elsewhere)
        assert done.returncode == 0, done.stderr
        listed = json.loads(manage("list", "--json", **elsewhere).stdout)
        cards, weights = registry.cards(), Weights(weights_folder)
        here = {card.name for card in cards if weights.has(card.weights)}
        assert {row["name"] for row in listed if row["installed"]} == here
        pinned = [card for card in cards if all(source.files for source in card.weights)]
        wanted = [
            card for card in pinned
            if all(isinstance(source, Pypi | Npm) for source in card.weights)
        ]  # fmt: skip
        assert here >= {card.name for card in wanted if not models.needs_npm(card)}
        assert manage("verify", **elsewhere).returncode == 0

    def test_no_network_is_said_in_a_sentence(self, elsewhere: dict[str, str]) -> None:
        done = manage("fetch", **elsewhere)
        assert done.returncode == 1
        assert "could not be reached" in done.stderr
        assert "--from DIR" in done.stderr
        assert "Traceback" not in done.stderr

    def test_exit_codes(self, elsewhere: dict[str, str]) -> None:
        assert manage("fetch", "nobody", **elsewhere).returncode == 2
        assert manage("dance", **elsewhere).returncode == 2

    def test_draws_a_bar_on_a_terminal(
        self, elsewhere: dict[str, str], weights_folder: Path, tmp_path: Path
    ) -> None:
        terminal, end = pty.openpty()
        command = [sys.executable, "manage.py", "models", "fetch", "--from", str(weights_folder)]
        shown = {"COLUMNS": "120", **elsewhere}
        with subprocess.Popen(command, cwd=ROOT, stdout=end, env={**os.environ, **shown}):
            os.close(end)
            said = _all_of(terminal)
        assert "[########################]" in said
        assert "MB/s" in said


def _all_of(terminal: int) -> str:
    said = b""
    while True:
        try:
            said += os.read(terminal, 4096)
        except OSError:  # the other end was closed
            return said.decode()


LICENCES = {
    "Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0", "ISC", "none",
    "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "BSL-1.0",
    # These have no name of SPDX's.
    "Gemma terms of use", "CreativeML OpenRAIL-M", "CreativeML OpenRAIL++-M",
    "Research only (h94/IP-Adapter-FaceID)",
}  # fmt: skip


@pytest.mark.parametrize("card", registry.cards(), ids=lambda card: card.name)
class TestCards:
    """What every card promises about its weights."""

    def test_licences_are_known_by_their_spdx_name(self, card: registry.ModelCard) -> None:
        assert set(card.code_licence.split(" AND ")) <= set(LICENCES)
        assert set(card.weights_licence.split(" AND ")) <= set(LICENCES)

    def test_a_non_commercial_licence_says_so(self, card: registry.ModelCard) -> None:
        if "-NC" in card.weights_licence + card.code_licence:
            assert card.commercial_use is Commercial.NO

    def test_sources_are_pinned(self, card: registry.ModelCard) -> None:
        for source in card.weights:
            if isinstance(source, Pypi | Npm):
                assert source.version and source.version[0].isdigit() and source.download > 0
            if isinstance(source, Hub) and source.files:
                assert len(source.revision) == 40 and int(source.revision, 16)

    def test_files_are_pinned(self, card: registry.ModelCard) -> None:
        for source in card.weights:
            if not isinstance(source, Pypi | Npm) and not source.files:
                pytest.skip("not pinned yet, so that it can neither be fetched nor chosen")
            assert source.files
            for file in source.files:
                assert len(file.sha256) == 64 and int(file.sha256, 16)
                assert file.size > 0

    def test_installed_files_are_the_pinned_ones(
        self, card: registry.ModelCard, weights_folder: Path
    ) -> None:
        weights = Weights(weights_folder)
        if card.weights and not weights.has(card.weights):
            pytest.skip("not installed: it is no part of the core")
        for source in card.weights:
            assert all(weights.right(file) for file in source.files)
            assert all(weights.path(f).stat().st_size == f.size for f in source.files)
