"""FaceScan: PaliGemma tuned four times, each to one sensitive attribute of a face.

Each asks in the words that it was tuned with, and answers nothing else. AlDahoul et al. report
accuracies of .80 (age group), .958 (gender), .811 (race), .594 (emotion) on FairFace and AffectNet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ml.contracts import Asked
from ml.prompting.attributes import ATTRIBUTES
from ml.prompting.paligemma import LICENCE
from ml.prompting.vision_language import VisionLanguage, card
from ml.registry import Commercial, Sensitive, register
from ml.types import Question

PAPER = (
    "AlDahoul et al., Exploring vision language models for facial attribute recognition: emotion, "
    "race, gender, and age (2024)"
)
ONLY = "This model was tuned to one question, and answers no other: {}"
ASKED = "what is the {} of the person in the image?"


class FaceScan(VisionLanguage):
    """One attribute. attribute: the question's name here; called: the attribute in its prompt."""

    attribute: str
    called: str

    def barred(self, question: Question, asked: Asked) -> str:
        if question.name != self.attribute:
            return ONLY.format(ATTRIBUTES[self.attribute].text)
        return super().barred(question, asked)

    def _inputs(self, picture: Any, prompt: str) -> Mapping[str, Any]:
        """Whatever is asked, in the words that it knows."""
        known = f"<image>{ASKED.format(self.called)}"
        found = self._processor(text=known, images=[picture], return_tensors="pt")
        return {name: tensor for name, tensor in found.items() if name != "labels"}


def known(name: str, called: str, attribute: str, sensitive: Sensitive) -> type[FaceScan]:
    """The model of one attribute, registered."""
    base = card(
        f"facescan-{name}",
        f"FaceScan, {called}",
        f"NYUAD-ComNets/FaceScanPaliGemma_{name.title()}",
        LICENCE,
        PAPER,
        memory_mb=12000,
        commercial_use=Commercial.UNKNOWN,
    )
    words = {"attribute": attribute, "called": called, "__doc__": FaceScan.__doc__}
    return register(replace(base, sensitive=sensitive))(type("OneFaceScan", (FaceScan,), words))


AGE = known("age", "age group", "age-group", Sensitive.AGE)
GENDER = known("gender", "gender", "apparent-gender", Sensitive.GENDER)
EMOTION = known("emotion", "emotion", "apparent-expression", Sensitive.EMOTION)
