"""The tasks that more than one model knows of."""

from __future__ import annotations

from types import NoneType
from typing import Any

from ml.contracts.data import (
    ActionUnits,
    Bodies,
    Covered,
    Covers,
    Expressions,
    FaceCodes,
    Gazes,
    Hands,
    Irises,
    Meshes,
    Parsings,
    PersonMask,
    Poses,
    Qualities,
    Recognisabilities,
    Texts,
    Writings,
)
from ml.contracts.portraits import Studios
from ml.registry import Group, Task

DETECTION: Task[Any] = Task("detection", "Faces", NoneType, group=Group.WHERE)
MESH: Task[Meshes] = Task("mesh", "Face mesh", Meshes, group=Group.WHERE)
POSE: Task[Poses] = Task("pose", "Head pose", Poses, group=Group.WHERE)
IRIS: Task[Irises] = Task("iris", "Irises", Irises, group=Group.WHERE)
GAZE: Task[Gazes] = Task("gaze", "Gaze", Gazes, group=Group.WHERE)
FACE_CODE: Task[FaceCodes] = Task("face-code", "Face code", FaceCodes, internal=True)
AGE: Task[Any] = Task("age", "Apparent age", NoneType)
GENDER: Task[Any] = Task("gender", "Apparent gender", NoneType)
EXPRESSION: Task[Expressions] = Task(
    "expression", "Apparent expression", Expressions, group=Group.EXPRESSION
)
ACTION_UNITS: Task[ActionUnits] = Task(
    "action-units", "Facial action units", ActionUnits, group=Group.EXPRESSION
)
QUALITY: Task[Qualities] = Task("quality", "Photo quality", Qualities, group=Group.CONDITION)
BODY: Task[Bodies] = Task("body", "Body", Bodies, group=Group.WHERE)
HANDS: Task[Hands] = Task("hands", "Hands", Hands, group=Group.WHERE)
PERSON_MASK: Task[PersonMask] = Task("person-mask", "People and background", PersonMask)
EMBEDDING: Task[Recognisabilities] = Task("embedding", "Face embedding", Recognisabilities)
PARSING: Task[Parsings] = Task("parsing", "Parts of the face", Parsings)
OCCLUSION: Task[Covers] = Task("occlusion", "What covers the face", Covers, group=Group.CONDITION)
TEXT: Task[Texts] = Task("text", "Readable text", Texts, group=Group.WHERE, on_demand=True)
WRITING: Task[Writings] = Task(
    "writing", "What is written", Writings, group=Group.WHERE, on_demand=True
)
# Its models differ in looks; people choose among them by name, so that no rank does.
ANONYMISATION: Task[Covered] = Task("anonymisation", "Faces made unknown", Covered, internal=True)
# Its models answer what they are asked (ml.contracts.Engine); people choose among them by name.
PROMPTING: Task[Any] = Task("prompting", "Answers to questions", NoneType, internal=True)
# Its models draw what they are wished; people choose among them by name.
PORTRAITS: Task[Studios] = Task(
    "portraits",
    "Portraits",
    Studios,  # type: ignore[type-abstract]
    internal=True,
)
# Its models make pictures of a person from words and photos (ml.contracts.generators.Generator);
# people choose among them by name.
GENERATION: Task[Any] = Task("generation", "Made portraits", NoneType, internal=True)
# What helps several of them; nothing of it is chosen by name.
GENERATION_PART: Task[Any] = Task(
    "generation-part", "Parts of made portraits", NoneType, internal=True
)
# Its models look over what was made (ml.contracts.checking.OutputChecker).
OUTPUT_CHECK: Task[Any] = Task("output-check", "Checks of made pictures", NoneType, internal=True)
# Its models hide a number in a picture and read it again (ml.contracts.marks.Marker).
MARK: Task[Any] = Task("mark", "Hidden marks", NoneType, internal=True)
