"""IPTC's words for how a picture came to be (digital source type), and what they speak for.

Source: IPTC NewsCodes, Digital Source Type; used in XMP (Iptc4xmpExt:DigitalSourceType) and C2PA.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceType:
    """words: for people. generated: a trained model made it. edited: pixels were changed after
    it was taken."""

    words: str
    generated: bool = False
    edited: bool = False


WHOLLY = "made by a generative model"
PARTLY = "a picture with parts made by a generative model"
TYPES = {
    "trainedAlgorithmicMedia": SourceType(WHOLLY, generated=True),
    "compositeWithTrainedAlgorithmicMedia": SourceType(PARTLY, edited=True),
    "compositeSynthetic": SourceType("put together, with parts no camera took", edited=True),
    "algorithmicMedia": SourceType("made by an algorithm that was not trained"),
    "algorithmicallyEnhanced": SourceType("improved by an algorithm", edited=True),
    "virtualRecording": SourceType("recorded from a virtual scene"),
    "dataDrivenMedia": SourceType("drawn from data"),
    "digitalCreation": SourceType("made by a person with digital tools"),
    "digitalArt": SourceType("made by a person with digital tools"),
    "softwareImage": SourceType("made by software"),
    "humanEdits": SourceType("changed by a person", edited=True),
    "minorHumanEdits": SourceType("changed a little by a person", edited=True),
    "composite": SourceType("put together of several pictures", edited=True),
    "compositeCapture": SourceType("put together of several photos", edited=True),
    "digitalCapture": SourceType("taken by a digital camera"),
    "computationalCapture": SourceType("taken by a digital camera, computed from several shots"),
    "negativeFilm": SourceType("scanned from a film negative"),
    "positiveFilm": SourceType("scanned from a film positive"),
    "print": SourceType("scanned from a print"),
    "screenCapture": SourceType("copied from a screen"),
}


def source_type(said: str) -> SourceType | None:
    """What an address or bare name of a type means; None for one that nobody defined."""
    return TYPES.get(said.rstrip("/").rpartition("/")[2])
