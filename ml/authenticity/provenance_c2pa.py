"""What a file's signed history (C2PA) says of how the picture was made and changed.

A statement is no measurement: nobody knows a likelihood ratio for it. It counts only where a signer
whom an administrator trusts says, in an unbroken signature, what no forger gains by saying: that a
model made the picture, or that it was edited. Then it weighs STATED, a convention: as much as one
line of moderately strong evidence, so that it outweighs any weak signal and none of it is certain.
That a camera took it is what a forger would say, and cameras sign photos of screens: no weight.
Nor has a history that is missing, broken, or of a signer nobody vouches for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log
from types import NoneType

from ml.authenticity import credentials
from ml.authenticity.credentials import Credentials, State, Step
from ml.authenticity.source_types import source_type
from ml.authenticity.traces import NO_FILE
from ml.contracts import Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding, Reading

NAME = "c2pa-provenance"
STATED = log(100)
PROVENANCE: Task[None] = Task("provenance", "Signed history", NoneType, group=Group.EVIDENCE)
VALUES = {
    State.ABSENT: "none in the file",
    State.ELSEWHERE: "not in the file: it names a server, which is not asked",
    State.TRUSTED: "unbroken, signed by {signer}, whom this installation trusts",
    State.UNTRUSTED: "unbroken, signed by somebody who calls themselves {signer}",
    State.EXPIRED: "unbroken, signed by {signer} with a certificate that has ended or not yet "
    "begun",
    State.CHANGED: "not as it was when {signer} signed it: {changed}",
    State.BROKEN: "there is one, but it cannot be checked",
}
SAYING = {
    State.ABSENT: "Says nothing: most photos carry none, and saving or sending one drops it.",
    State.ELSEWHERE: "Says nothing here.",
    State.TRUSTED: "As good as the signer's word and the care they take of their key.",
    State.UNTRUSTED: "Nobody here vouches for the name: anyone can make such a certificate.",
    State.EXPIRED: "Nobody can tell whether it was signed while the certificate was valid.",
    State.CHANGED: "Found by checksums. A service that rewrites files breaks it as a forger does.",
    State.BROKEN: "Says nothing: damaged files and forgeries look alike.",
}
ACTIONS = {
    "c2pa.created": "made",
    "c2pa.opened": "opened",
    "c2pa.placed": "something placed in it",
    "c2pa.edited": "edited",
    "c2pa.edited.metadata": "its description changed",
    "c2pa.adjustedColor": "colours changed",
    "c2pa.color_adjustments": "colours changed",
    "c2pa.cropped": "cropped",
    "c2pa.resized": "resized",
    "c2pa.orientation": "turned",
    "c2pa.drawing": "drawn on",
    "c2pa.filtered": "filtered",
    "c2pa.enhanced": "enhanced",
    "c2pa.addedText": "text added",
    "c2pa.removed": "something removed",
    "c2pa.deleted": "something removed",
    "c2pa.redacted": "a statement taken out",
    "c2pa.watermarked": "watermarked",
    "c2pa.converted": "saved as another kind of file",
    "c2pa.transcoded": "saved as another kind of file",
    "c2pa.repackaged": "packed anew",
    "c2pa.published": "published",
}
EDITS = {
    f"c2pa.{name}"
    for name in ("placed", "edited", "adjustedColor", "color_adjustments", "cropped", "drawing",
                 "filtered", "enhanced", "addedText", "removed", "deleted")
}  # fmt: skip


@register(
    ModelCard(
        name=NAME,
        title="Signed history (C2PA)",
        task=PROVENANCE,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=40,
        paper="C2PA Technical Specification 2.2, 2025",
        known_limits=(
            "Tells what signers say, not what is true. Few photos carry a signed history, and any "
            "saving or sending may drop it: that there is none says nothing."
        ),
    )
)
class ProvenanceC2PA(Model):
    """Reads and checks the file's manifests, and asks no server."""

    def run(self, view: View) -> Output:
        if view.case is None:
            missing = Finding(NAME, "signed history", None, Claim.EDITED, note=NO_FILE)
            return Output(findings=(missing,))
        found = credentials.read(view.case.file, view.case.trust)
        return Output(findings=tuple(findings(found)), readings=tuple(readings(found)))


def findings(found: Credentials) -> Iterator[Finding]:
    """The state of the history, and what it says of making and of editing."""
    signer = found.signer or "somebody without a name"
    value = VALUES[found.state].format(signer=signer, changed=" and ".join(found.changed))
    codes = "; ".join(found.codes)
    yield Finding(
        NAME, "signed history", value, Claim.EDITED, None, SAYING[found.state],
        note=f"Checks that failed: {codes}." if codes else "",
    )  # fmt: skip
    yield from _stated(found, Claim.GENERATED, "says how it was made", _making)
    yield from _stated(found, Claim.EDITED, "says it was changed", _editing)


def _making(step: Step) -> tuple[str, bool] | None:
    kind = source_type(step.source_type) if step.action == "c2pa.created" else None
    return None if kind is None else (kind.words, kind.generated)


def _editing(step: Step) -> tuple[str, bool] | None:
    kind = source_type(step.source_type)
    by_model = kind is not None and kind.edited
    return (words(step), True) if step.action in EDITS or by_model else None


def _stated(
    found: Credentials,
    claim: Claim,
    name: str,
    telling: Callable[[Step], tuple[str, bool] | None],
) -> Iterator[Finding]:
    told = [(step, said) for step in found.steps if (said := telling(step))]
    if not told:
        return
    speaking = [step for step, (_, counts) in told if counts and step.trusted]
    value = "; ".join(dict.fromkeys(text for _, (text, _) in told))
    yield Finding(
        model=NAME,
        name=name,
        value=value,
        claim=claim,
        weight=STATED if speaking else None,
        reliability=f"The word of {speaking[0].signer}, unbroken since; taken as given, not "
        "measured." if speaking else "Only its own word.",
        group=f"stated {claim.value}",
    )  # fmt: skip


def readings(found: Credentials) -> Iterator[Reading]:
    """What was done, step by step, oldest first."""
    for number, step in enumerate(found.steps, start=1):
        signer = f"Signed by {step.signer or 'nobody named'}"
        vouched = "whom this installation trusts" if step.trusted else "nobody here vouches for it"
        note = f"{signer}, {vouched}."
        yield Reading(NAME, f"step {number}", words(step), note=note)


def words(step: Step) -> str:
    """A step in words, e.g. "edited (background blurred) with Prosopa, 2026-11-28"."""
    kind = source_type(step.source_type)
    details = [text for text in (step.described, kind.words if kind else "") if text]
    said = ACTIONS.get(step.action, step.action or "something")
    said += f" ({'; '.join(details)})" if details else ""
    said += f" with {step.tool}" if step.tool else ""
    return said + (f", {step.when[:10]}" if step.when else "")
