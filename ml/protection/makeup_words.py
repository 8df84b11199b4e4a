"""What words ask of make-up: which regions, in what colours, how strong.

A small vocabulary: the names of regions, of whole looks, of strengths, and of colours: those of CSS
(as Pillow knows them, "dark red" as "darkred") and those that make-up is sold in. English.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ml.errors import MLError

RGB = tuple[int, int, int]
LONGEST = 300  # characters
FAINTEST = 0.4  # how strongly what nobody asked for shows in a look that is not to be seen at all


@dataclass(frozen=True, slots=True)
class Layer:
    """One region of a look. colour: None for the skin's own, darker or lighter as the region
    wants it. opacity: 0..1."""

    region: str
    colour: RGB | None
    opacity: float


@dataclass(frozen=True, slots=True)
class Look:
    """layers: as asked for. strength: 0..1, how strongly all else may show. understood: in words.
    ignored: what said nothing to us."""

    layers: tuple[Layer, ...]
    strength: float
    understood: str
    ignored: tuple[str, ...]


USUAL: dict[str, tuple[RGB | None, float]] = {
    "lips": ((178, 48, 66), 0.7),
    "eye shadow": ((128, 84, 74), 0.5),
    "smoky eyes": ((58, 48, 54), 0.65),
    "eyeliner": ((28, 22, 24), 0.85),
    "brows": ((62, 44, 34), 0.45),
    "blush": ((214, 92, 98), 0.32),
    "contour": (None, 0.5),
    "highlight": (None, 0.45),
    "freckles": (None, 0.7),
    "glasses": ((32, 32, 36), 0.95),
    "face paint": ((70, 60, 190), 0.8),
}
REGIONS = {
    "lips": "lips", "lip": "lips", "lipstick": "lips", "mouth": "lips", "gloss": "lips",
    "eye shadow": "eye shadow", "eyeshadow": "eye shadow", "lids": "eye shadow",
    "eyelids": "eye shadow", "eyes": "eye shadow", "eye": "eye shadow",
    "smoky eyes": "smoky eyes", "smokey eyes": "smoky eyes", "smoky": "smoky eyes",
    "smokey": "smoky eyes", "smoky eye": "smoky eyes", "eyeliner": "eyeliner",
    "eye liner": "eyeliner", "liner": "eyeliner", "kohl": "eyeliner", "kajal": "eyeliner",
    "brows": "brows", "eyebrows": "brows", "brow": "brows", "eyebrow": "brows",
    "blush": "blush", "blusher": "blush", "rouge": "blush", "cheeks": "blush",
    "contour": "contour", "contouring": "contour", "bronzer": "contour",
    "highlight": "highlight", "highlighter": "highlight", "glow": "highlight",
    "freckles": "freckles", "glasses": "glasses", "spectacles": "glasses", "frame": "glasses",
    "face paint": "face paint", "facepaint": "face paint", "face painting": "face paint",
    "mask": "face paint", "half mask": "face paint",
}  # fmt: skip
_ROSE, _DARK_RED, _GOLD, _BLACK = (196, 98, 104), (150, 22, 42), (204, 160, 60), (22, 18, 22)
LOOKS: dict[str, tuple[tuple[str, RGB | None, float], ...]] = {
    "natural": (("lips", _ROSE, 0.4), ("blush", None, 0.2), ("brows", None, 0.3),
                ("eye shadow", None, 0.25), ("contour", None, 0.3)),
    "evening": (("lips", _DARK_RED, 0.75), ("smoky eyes", None, 0.6), ("eyeliner", None, 0.85),
                ("brows", None, 0.4), ("blush", None, 0.3), ("contour", None, 0.5),
                ("highlight", None, 0.45)),
    "carnival": (("face paint", None, 0.8), ("lips", (220, 20, 40), 0.9), ("eyeliner", None, 0.9),
                 ("eye shadow", _GOLD, 0.8), ("blush", (235, 60, 110), 0.6)),
    "gothic": (("lips", _BLACK, 0.8), ("smoky eyes", _BLACK, 0.75), ("eyeliner", _BLACK, 0.95),
               ("brows", _BLACK, 0.5), ("contour", None, 0.6)),
}  # fmt: skip
ALSO = {
    "everyday": "natural", "subtle look": "natural", "makeup": "natural", "make-up": "natural",
    "day": "natural", "glamour": "evening", "glam": "evening", "party": "evening",
    "night": "evening", "carneval": "carnival", "halloween": "gothic", "goth": "gothic",
}  # fmt: skip
STRENGTHS = {
    "hardly visible": 0.35, "barely visible": 0.35, "barely there": 0.35, "invisible": 0.3,
    "hardly": 0.35, "barely": 0.35, "faint": 0.45, "subtle": 0.5, "discreet": 0.5, "light": 0.6,
    "soft": 0.65, "sheer": 0.5, "slight": 0.5, "slightly": 0.5, "a little": 0.5, "not too": 0.6,
    "not very": 0.6, "strong": 1.3, "bold": 1.3, "heavy": 1.35, "dramatic": 1.35, "intense": 1.35,
    "bright": 1.2, "very": 1.2,
}  # fmt: skip
# In which make-up is sold, besides CSS's names.
COLOURS: dict[str, RGB] = {
    "nude": (190, 130, 110), "rose": _ROSE, "berry": (130, 30, 70), "wine": (105, 22, 45),
    "burgundy": (110, 20, 45), "cherry": (190, 15, 50), "peach": (240, 150, 120),
    "apricot": (240, 160, 120), "mauve": (150, 100, 125), "plum": (95, 35, 80),
    "bronze": (150, 95, 50), "copper": (175, 95, 60), "champagne": (235, 210, 175),
    "gold": _GOLD, "golden": _GOLD, "taupe": (125, 105, 95), "charcoal": (55, 55, 60),
    "emerald": (20, 130, 85), "dark red": _DARK_RED, "black": _BLACK, "red": (195, 20, 45),
}  # fmt: skip
NO = {"no", "not", "without", "never", "nothing"}
FILLER = {
    "a", "an", "the", "and", "with", "some", "my", "on", "of", "in", "look", "style", "please",
    "makeup", "make-up", "colour", "coloured", "color", "colored", "but", "for", "me", "visible",
    "only", "just", "thin", "thick",
}  # fmt: skip
EXAMPLE = 'Say for example "red lips, smoky eyes", "hardly visible" or "carnival".'


def look(prompt: str) -> Look:
    """What a prompt asks for.

    Raises:
        MLError: it is too long, names nothing that can be drawn, or asks for a region and for
            none; the sentence says what was understood.
    """
    if len(prompt) > LONGEST:
        raise MLError(f"A style has at most {LONGEST} characters.")
    heard = _Heard()
    clauses = re.split(r"[,;.]|\band\b|\bbut\b|\bwith\b(?!out)", prompt.lower())
    for clause in clauses:
        heard.clause(_words(clause))
    return heard.look(prompt)


class _Heard:
    """What was said so far."""

    def __init__(self) -> None:
        self.layers: dict[str, Layer] = {}
        self.refused: set[str] = set()
        self.named: set[str] = set()
        self.strength = 1.0
        self.colours: list[str] = []
        self.ignored: list[str] = []

    def clause(self, words: list[str]) -> None:
        said: dict[str, list[str]] = {}
        for kind, word in _told(words):
            said.setdefault(kind, []).append(word)
        self.ignored += said.get("other", [])
        regions = [REGIONS[word] for word in said.get("region", [])]
        looks = [ALSO.get(word, word) for word in said.get("look", [])]
        colours = said.get("colour", [])
        factor = _strongest([STRENGTHS[word] for word in said.get("strength", [])])
        for name in looks:
            for region, colour, opacity in LOOKS[name]:
                self._wear(region, colour or USUAL[region][0], opacity * factor)
        if "smoky eyes" in regions:
            regions = [one for one in regions if one != "eye shadow"]
        for region in regions:
            if "no" in said:
                self.refused.add(region)
                continue
            usual, opacity = USUAL[region]
            self.named.add(region)
            self._wear(region, rgb(colours[-1]) if colours else usual, opacity * factor)
        if not regions:
            self.colours += colours
            if not looks:
                self.strength = min(self.strength, factor) if factor < 1 else factor

    def _wear(self, region: str, colour: RGB | None, opacity: float) -> None:
        self.layers[region] = Layer(region, colour, min(opacity, 1.0))

    def look(self, prompt: str) -> Look:
        if both := self.refused & self.named:
            raise MLError(f'"{prompt}" asks for {min(both)} and for no {min(both)}.')
        if not self.layers and self.strength < 1:  # "hardly visible" names a strength alone
            for region, colour, opacity in LOOKS["natural"]:
                self._wear(region, colour or USUAL[region][0], opacity)
        for region in self.refused:
            self.layers.pop(region, None)
        if not self.layers:
            raise MLError(f'"{prompt}" names nothing that can be drawn. {self._heard()} {EXAMPLE}')
        worn = [
            Layer(one.region, one.colour, min(one.opacity * self.strength, 1.0))
            for one in self.layers.values()
        ]
        said = [f"{one.region} {named(one.colour)} {round(100 * one.opacity)} %" for one in worn]
        said += [f"no {region}" for region in sorted(self.refused)]
        show = min(FAINTEST + (1 - FAINTEST) * self.strength, 1.0)
        return Look(tuple(worn), show, ", ".join(said), tuple(self.ignored))

    def _heard(self) -> str:
        said = [f"the colour {word}" for word in self.colours]
        said += [f"no {region}" for region in sorted(self.refused)]
        return f"Understood was {', '.join(said)}." if said else "Nothing of it was understood."


def _strongest(strengths: list[float]) -> float:
    """What several words say together: one that weakens counts before one that strengthens."""
    least = min(strengths, default=1.0)
    return least if least < 1 else max(strengths, default=1.0)


def _words(clause: str) -> list[str]:
    return re.findall(r"[a-z][a-z'-]*", clause)


def _told(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What the words are, up to three together where those mean something: kind, words."""
    at = 0
    while at < len(words):
        for length in (3, 2, 1):
            said = " ".join(words[at : at + length])
            kind = _kind(said)
            if kind or length == 1:
                at += max(len(said.split()), 1)
                if kind != "filler":
                    yield kind or "other", said
                break


def _kind(said: str) -> str:
    known: dict[str, Collection[str]] = {
        "strength": STRENGTHS,
        "region": REGIONS,
        "look": LOOKS | ALSO,
        "colour": COLOURS,
    }
    for kind, vocabulary in known.items():
        if said in vocabulary and said not in FILLER:
            return kind
    if said.replace(" ", "") in _css():
        return "colour"
    return "no" if said in NO else "filler" if said in FILLER else ""


def rgb(colour: str) -> RGB:
    """The colour of that name.

    Raises:
        KeyError: it is none we know.
    """
    from PIL import ImageColor

    if colour in COLOURS:
        return COLOURS[colour]
    red, green, blue, *_ = ImageColor.getrgb(_css()[colour.replace(" ", "")])
    return red, green, blue


def named(colour: RGB | None) -> str:
    return "in the skin's own colour" if colour is None else "#{:02x}{:02x}{:02x}".format(*colour)


def _css() -> dict[str, str]:
    from PIL import ImageColor

    return {name: name for name in ImageColor.colormap}
