"""Hostile XML -> a small tree of elements, or a refusal: no DTD, no entities, limits on all else.

Whoever reads bytes of strangers with it does so in the decoder's limited process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from ml.errors import BadXMP

MOST_BYTES = 4 << 20
MOST_ELEMENTS, DEEPEST = 100_000, 64
NOT_XMP = "This is no XMP file that can be read; export it again from the program it comes from."
TOO_MUCH = "This XMP file is larger than any that only describes a photo."


@dataclass(slots=True)
class Element:
    """name, and those of attributes: namespace, a space, local name; without a namespace the local
    name alone."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts).strip()


def element_of(packet: bytes) -> Element:
    """The packet's root element.

    Raises:
        BadXMP: it is not well-formed, declares a document type, or goes beyond a limit.
    """
    if len(packet) > MOST_BYTES:
        raise BadXMP("too-many-bytes", TOO_MUCH)
    if packet.startswith((b"<", b"\xef\xbb\xbf")):  # one byte a letter: cut what fills up space
        packet = packet[: packet.rfind(b">") + 1]
    growing = _Growing()
    try:
        growing.parser.Parse(packet, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # also: an unknown encoding
        raise BadXMP("not-xmp", NOT_XMP) from error
    return growing.root.children[0]


class _Growing:
    """Collects elements while expat reads."""

    def __init__(self) -> None:
        self.root = Element("", {})
        self.path = [self.root]
        self.count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.path) > DEEPEST:
            raise BadXMP("too-many-bytes", TOO_MUCH)
        element = Element(name, attributes)
        self.path[-1].children.append(element)
        self.path.append(element)

    def _end(self, name: str) -> None:
        self.path.pop()

    def _text(self, text: str) -> None:
        self.path[-1].texts.append(text)


def _refuse(*_: object) -> NoReturn:
    """XMP has no document type; only attacks bring one (entities that grow, or name files)."""
    raise BadXMP("not-xmp", NOT_XMP)
