"""What image generators write into their files about themselves.

Sources: the generators' own documentation and files: AUTOMATIC1111's "parameters", ComfyUI's
"prompt" and "workflow", InvokeAI's "invokeai_metadata", NovelAI's "Software" and "Source",
Midjourney's "Description"; IPTC's digital source type (Photo Metadata Standard 2023.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import NoneType

from ml.authenticity import traces
from ml.authenticity.source_types import source_type
from ml.authenticity.traces import NO_FILE, UNSIGNED, Traces, clean
from ml.contracts import Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding

NAME = "metadata-generators"
GENERATORS: Task[None] = Task(
    "generator-traces", "Traces of a generator", NoneType, group=Group.EVIDENCE
)
NOTHING = "Says nothing: many services write none, and most drop what there was."
STEPS, SETTING = re.compile(r"Steps: \d+, "), re.compile("(Sampler|CFG scale|Seed): ")
JOB = re.compile(r"Job ID: [0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)
# What stands in Software, CreatorTool, Credit and the like only where a model made the picture.
NAMES = re.compile(
    r"\b(Stable Diffusion|NovelAI|InvokeAI|ComfyUI|Midjourney|DALL[-·. ]?E|Adobe Firefly|OpenAI"
    r"|ChatGPT|Made with Google AI|Google Imagen|Fooocus|SwarmUI|Draw Things|DreamStudio"
    r"|Bing Image Creator|Leonardo\.?AI|Ideogram|FLUX\.1)\b",
    re.IGNORECASE,
)
EDITED = re.compile(r"\bEdited with Google AI\b", re.IGNORECASE)
NAMED_IN = ("CreatorTool", "softwareAgent", "Credit", "AISystemUsed", "Software", "generator")


def _texts_of(*names: str) -> Callable[[Traces], bool]:
    return lambda found: any(name in found.texts for name in names)


def _nodes(found: Traces) -> bool:
    """ComfyUI's graph: in a PNG's texts, or in a WebP's make and model."""
    places = (found.texts.get("prompt", ""), found.texts.get("workflow", ""),
              found.text(traces.MAKE), found.text(traces.MODEL))  # fmt: skip
    return any("class_type" in text or '"nodes"' in text for text in places)


def _parameters(found: Traces) -> bool:
    places = (*found.texts.values(), found.comment, *found.values("UserComment"))
    return any(map(_settings, places))


def _settings(text: str) -> bool:
    """In two steps: one pattern for both takes the square of a hostile text's length."""
    steps = STEPS.search(text)
    return steps is not None and SETTING.search(text, steps.end()) is not None


SIGNS: dict[str, Callable[[Traces], bool]] = {
    "settings of Stable Diffusion (steps, sampler, seed)": _parameters,
    "a graph of ComfyUI": _nodes,
    "settings of InvokeAI": _texts_of("invokeai_metadata", "sd-metadata", "invokeai_graph"),
    "settings of Fooocus": _texts_of("fooocus_scheme"),
    "settings of SwarmUI": lambda found: any("sui_image_params" in t for t in found.texts.values()),
    "a job number of Midjourney": lambda found: any(map(JOB.search, _all(found))),
}


@register(
    ModelCard(
        name=NAME,
        title="Generators' own notes",
        task=GENERATORS,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        paper="IPTC Photo Metadata Standard 2023.1, Digital Source Type",
        known_limits=(
            "Finds what a generator wrote about itself, as long as nobody took it out. Anyone can "
            "write such notes into any file."
        ),
    )
)
class MetadataGenerators(Model):
    """Reads the file's texts, EXIF and XMP for words that generators write."""

    def run(self, view: View) -> Output:
        found = NO_FILE if view.case is None else traces.read(view.case.file)
        if isinstance(found, str):
            return Output(
                findings=(Finding(NAME, "generator's notes", None, Claim.GENERATED, note=found),)
            )
        return Output(findings=tuple(findings(found)))


def findings(found: Traces) -> Iterator[Finding]:
    signs = [words for words, there in SIGNS.items() if there(found)]
    signs += [f"the name {name}" for name in dict.fromkeys(_named(found))]
    made, changed = (f"stated {claim.value}" for claim in (Claim.GENERATED, Claim.EDITED))
    value, word = ("; ".join(signs), UNSIGNED) if signs else ("none found", NOTHING)
    yield Finding(NAME, "generator's notes", value, Claim.GENERATED, None, word, group=made)
    if any(map(EDITED.search, _own_names(found))):
        value = "the name Google AI, as an editor"
        yield Finding(NAME, "editor's notes", value, Claim.EDITED, None, UNSIGNED, group=changed)
    for address in dict.fromkeys(found.said("DigitalSourceType")):
        kind = source_type(address)
        claim, group = (Claim.EDITED, changed) if kind and kind.edited else (Claim.GENERATED, made)
        value = f"says it was {kind.words}" if kind else f"says {clean(address)}"
        yield Finding(NAME, "IPTC source type", value, claim, None, UNSIGNED, group=group)


def _named(found: Traces) -> Iterator[str]:
    """Generators named where a program names itself."""
    for text in _own_names(found):
        if match := NAMES.search(text):
            yield match.group()


def _own_names(found: Traces) -> Iterator[str]:
    yield found.text(traces.SOFTWARE)
    yield from (found.texts.get(name, "") for name in ("Software", "Source", "credit"))
    for name in NAMED_IN:
        yield from found.values(name)


def _all(found: Traces) -> Iterator[str]:
    yield from found.texts.values()
    yield from (value for _, value in found.xmp)
    yield found.comment
    yield found.text(traces.DESCRIPTION)
