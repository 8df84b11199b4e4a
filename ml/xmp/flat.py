"""XMP packet -> names and values, whatever schema they are of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import AnyStr

from ml.errors import BadXMP
from ml.xmp.tree import Element, element_of

MOST = 2000  # values of a photo's description
END = 1 << 14  # letters or bytes kept of a text's beginning, and of its end
LONGEST_NAME, MOST_LETTERS = 80, 1 << 19  # of one local name; of all paths and values together
RDF = {"xmpmeta", "RDF", "Description", "Bag", "Seq", "Alt"}  # they only hold others


def flat(packet: bytes) -> list[tuple[str, str]]:
    """Each attribute's and element's text with its path of local names, items by number:
    "History/0/softwareAgent". Empty where the packet cannot be read or holds more than a photo's
    description does."""
    found: list[tuple[str, str]] = []
    letters = 0
    try:
        for path, value in _values(element_of(packet), (), 0):
            found.append((path, value))
            letters += len(path) + len(value)
            if len(found) > MOST or letters > MOST_LETTERS:
                return []
    except BadXMP:
        return []
    return found


def _values(element: Element, above: tuple[str, ...], number: int) -> Iterator[tuple[str, str]]:
    """number: among its siblings, from 0."""
    local = _local(element.name)
    name = str(number) if local == "li" and above else "" if local in RDF else local
    path = (*above, name) if name else above
    for key, value in element.attributes.items():
        yield from _kept((*path, _local(key)), value)
    for index, child in enumerate(element.children):
        yield from _values(child, path, index)
    yield from _kept(path, element.text)


def _kept(path: tuple[str, ...], value: str) -> Iterator[tuple[str, str]]:
    if value.strip():
        yield "/".join(path), ends(value.strip())


def ends(text: AnyStr) -> AnyStr:
    """The text without the middle of a very long one: generators begin or end with their notes."""
    return text if len(text) <= 2 * END else text[:END] + text[-END:]


def _local(name: str) -> str:
    return name.rpartition(" ")[2][:LONGEST_NAME]
