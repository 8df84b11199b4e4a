"""XMP packet -> names and values, in the limited process only: no document type, no entities, and
limits on size, depth and count."""

from __future__ import annotations

from xml.parsers import expat

LARGEST, DEEPEST, MOST, LONGEST = 4 << 20, 32, 2000, 2000
RDF = {"xmpmeta", "RDF", "Description", "Bag", "Seq", "Alt"}  # they only hold others


class TooMuch(ValueError):
    """Larger or deeper than what describes a photo, or with a document type."""


def flat(packet: bytes) -> list[tuple[str, str]]:
    """Each attribute's and element's text with its path of local names, items by number:
    "History/0/softwareAgent". Empty where the packet cannot be read.

    The parser keeps no tree, so what it holds is what it returns.
    """
    reading = _Reading()
    try:
        if len(packet) > LARGEST:
            return []
        reading.parser.Parse(packet[: packet.rfind(b">") + 1], True)
    except (expat.ExpatError, ValueError, LookupError):
        return []
    return reading.found


class _Reading:
    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self.path: list[str] = []
        self.items: list[int] = []
        self.texts: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = lambda text: self.texts.append(text)

    def _refuse(self, *_: object) -> None:
        raise TooMuch

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "li" and self.items:
            local = str(self.items[-1])
            self.items[-1] += 1
        self.path.append("" if local in RDF else local)
        self.items.append(0)
        self.texts.clear()
        if len(self.path) > DEEPEST:
            raise TooMuch
        for key, value in attributes.items():
            self._keep([*self.path, _local(key)], value)

    def _end(self, name: str) -> None:
        self._keep(self.path, "".join(self.texts))
        self.texts.clear()
        self.path.pop()
        self.items.pop()

    def _keep(self, path: list[str], value: str) -> None:
        if not value.strip():
            return
        if len(self.found) >= MOST:
            raise TooMuch
        self.found.append(("/".join(filter(None, path)), value.strip()[:LONGEST]))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
