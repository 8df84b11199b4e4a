"""The signed history (C2PA manifest) of a file, as a limited process read and checked it.

Source: C2PA Technical Specification 2.2, 9 (claims), 15 (validation and its status codes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ml import decode
from ml.authenticity import certificates
from ml.authenticity.traces import clean
from ml.errors import BadPicture

LIMITS = decode.Limits(memory_mb=1024, cpu_s=10.0, wall_s=20.0)
MOST_STEPS, MOST_MANIFESTS = 40, 50
UNTRUSTED = {"signingCredential.untrusted"}
EXPIRED = {"signingCredential.expired", "claimSignature.outsideValidity"}
PICTURE_CHANGED = {f"assertion.{kind}.mismatch" for kind in ("dataHash", "boxesHash", "bmffHash")}
STATEMENT_CHANGED = {"assertion.hashedURI.mismatch", "assertion.missing", "claimSignature.mismatch"}
NONE_THERE = ("ManifestNotFound", "NotSupported")


class State(StrEnum):
    """ABSENT: none in the file, which says nothing. ELSEWHERE: on a server, which is not asked.
    TRUSTED, UNTRUSTED: unbroken, signed by somebody the administrator trusts or not. EXPIRED:
    unbroken, but the certificate has ended or not yet begun. CHANGED: the file, or what it states,
    is not what was signed. BROKEN: it cannot be read or checked."""

    ABSENT = "absent"
    ELSEWHERE = "elsewhere"
    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    CHANGED = "changed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done. action: C2PA's name, e.g. "c2pa.edited". source_type: IPTC's
    address, "" for none. trusted: whoever says so is trusted, and what they signed is unbroken."""

    action: str
    source_type: str
    tool: str
    signer: str
    when: str
    described: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """state: of the file's last manifest. steps: in the order they were done, over all manifests.
    changed: what is not as it was signed, in words. codes: the failed checks, by C2PA's names.
    ingredients: what the picture was made of, by the title given there."""

    state: State
    signer: str = ""
    steps: tuple[Step, ...] = ()
    ingredients: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def read(file: Path, trust: Sequence[Path] = ()) -> Credentials:
    """The file's signed history. trust: PEM files of certificates.

    Raises:
        OSError: the file or a certificate's is not there.
        ValueError: a certificate cannot be read.
    """
    order = {"do": "manifests", "trust": certificates.anchors(trust)}
    with file.open("rb") as source:
        try:
            reply = decode.ask(order, LIMITS, [source.fileno()], letter=b"c")
        except BadPicture as refused:  # it took too much, or the library fell over it
            return Credentials(State.BROKEN, codes=(refused.code,))
    if "none" in reply:
        return _without(_text(reply["none"]))
    return _credentials(reply.get("history"))


def _without(why: str) -> Credentials:
    if why.startswith(NONE_THERE):
        return Credentials(State.ABSENT)
    if why.startswith("Remote"):
        return Credentials(State.ELSEWHERE)
    return Credentials(State.BROKEN, codes=(clean(why),))


def _credentials(history: Any) -> Credentials:
    """Of the library's JSON. Its texts are whatever the file says, so no shape is relied on."""
    store = _mapping(history)
    manifests = _mapping(store.get("manifests"))
    active = _text(store.get("active_manifest"))
    results = _mapping(store.get("validation_results"))
    failures = list(_failures(_mapping(results.get("activeManifest"))))
    for delta in _list(results.get("ingredientDeltas")):
        failures += _failures(_mapping(delta.get("validationDeltas")))
    codes = tuple(dict.fromkeys(code for code, _ in failures))
    state = _state(_text(store.get("validation_state")), set(codes))
    manifest = _mapping(manifests.get(active))
    titles = (clean(_text(one.get("title"))) for one in _list(manifest.get("ingredients")))
    return Credentials(
        state=state,
        signer=_signer(manifest),
        steps=tuple(_steps(manifests, active, state is State.TRUSTED, set()))[-MOST_STEPS:],
        ingredients=tuple(title or "without a title" for title in titles),
        changed=tuple(dict.fromkeys(_what(*one) for one in failures if _what(*one))),
        codes=codes,
    )


def _state(said: str, codes: set[str]) -> State:
    if said == "Trusted":
        return State.TRUSTED
    if said == "Valid":
        return State.UNTRUSTED
    if codes & (PICTURE_CHANGED | STATEMENT_CHANGED):
        return State.CHANGED
    if codes & EXPIRED and codes <= EXPIRED | UNTRUSTED:
        return State.EXPIRED
    return State.BROKEN


def _failures(checks: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Code and address of each failed check."""
    for one in _list(checks.get("failure")):
        yield clean(_text(one.get("code"))), _text(one.get("url"))


def _what(code: str, address: str) -> str:
    """What is not as it was signed, "" when the check was of something else."""
    if code in PICTURE_CHANGED:
        return "the picture's own bytes"
    if code == "claimSignature.mismatch":
        return "the signed statement itself"
    if code in STATEMENT_CHANGED:
        return f"the statement {clean(address.rpartition('/')[2])}"
    return ""


def _steps(manifests: dict[str, Any], label: str, trusted: bool, told: set[str]) -> Iterator[Step]:
    """Those of what it was made of first, then its own. An ingredient's word counts as far as the
    signer of the whole checked it when it was taken in. told: manifests not to be told again."""
    told.add(label)
    manifest = _mapping(manifests.get(label))
    for part in _list(manifest.get("ingredients")) if len(told) < MOST_MANIFESTS else ():
        inner = _text(part.get("active_manifest"))
        checks = _mapping(_mapping(part.get("validation_results")).get("activeManifest"))
        passed = {_text(one.get("code")) for one in _list(checks.get("success"))}
        sound = "signingCredential.trusted" in passed and not _list(checks.get("failure"))
        if inner and inner not in told:
            yield from _steps(manifests, inner, trusted and sound, told)
    for assertion in _list(manifest.get("assertions")):
        if _text(assertion.get("label")).startswith("c2pa.actions"):
            for action in _list(_mapping(assertion.get("data")).get("actions")):
                yield _step(action, manifest, trusted)


def _step(action: dict[str, Any], manifest: dict[str, Any], trusted: bool) -> Step:
    agent = action.get("softwareAgent")
    tool = agent if isinstance(agent, str) else _named(_mapping(agent))
    generators = _list(manifest.get("claim_generator_info"))
    described = action.get("description") or _mapping(action.get("parameters")).get("description")
    return Step(
        action=clean(_text(action.get("action"))),
        source_type=clean(_text(action.get("digitalSourceType"))),
        tool=clean(tool) or (_named(generators[0]) if generators else ""),
        signer=_signer(manifest),
        when=clean(_text(action.get("when")))[:20],
        described=clean(_text(described)),
        trusted=trusted,
    )


def _named(agent: dict[str, Any]) -> str:
    return clean(f"{_text(agent.get('name'))} {_text(agent.get('version'))}")


def _signer(manifest: dict[str, Any]) -> str:
    said = _mapping(manifest.get("signature_info"))
    names = (_text(said.get(key)) for key in ("common_name", "issuer"))
    return clean(", ".join(dict.fromkeys(filter(None, names))))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
