"""The engine that is always there: answers typed questions out of measurements, declines the rest.

It is no language model. Each answer points at the readings it rests on, and what nothing here
measures is declined by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ml.contracts import PROMPTING, Asked, Engine, View
from ml.progress import Progress, silent
from ml.prompting import describing, measured_faces, measured_photo, measured_words
from ml.prompting.attributes import age_group
from ml.prompting.measured_faces import FaceTopic
from ml.prompting.measured_seen import Said, Seen, declined
from ml.prompting.measured_words import Meant, Over
from ml.prompting.pipeline import MEASURED
from ml.registry import Commercial, ModelCard, register
from ml.types import Answer, Box, Form, Origin, Question, Source

NOT_MEASURED = (
    "No measurement here answers that. The known questions say what can be measured; a language "
    "model could guess, where one is installed."
)
CHOOSE = "There are {} people: choose a face, or ask who, how many or whether all."
NOBODY = "No face was found on this photo."
OTHER_KIND = "Measured as {}, which is no answer of the kind that was asked for."
# Questions of the library that another one's measurement answers.
SAME_AS = {age_group.QUESTION.name: Meant("apparent-age")}
NOT_AMONG = "Measured as {}, which is not among the choices."


@register(
    ModelCard(
        name=MEASURED,
        title="Measured answers",
        task=PROMPTING,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        paper="Word lists that lead from a question to what other models measured",
        known_limits=(
            "Understands only English questions about what is measured, by lists of words; as "
            "right or wrong as the measurements it points at. It is no language model."
        ),
    )
)
class MeasuredAnswers(Engine):
    """Answers that other models' readings give."""

    def answers(self, view: View, asked: Asked, progress: Progress = silent) -> list[Answer]:
        seen = Seen(view, asked.readings)
        found = []
        for done, question in enumerate(asked.questions):
            progress(done, len(asked.questions), "Looking up what was measured")
            found += list(self._answered(seen, question, asked))
        return found

    def _answered(self, seen: Seen, question: Question, asked: Asked) -> Iterator[Answer]:
        what = self._meant(question)
        if what is None:
            yield self._answer(question, declined(NOT_MEASURED))
            return
        if what.topic in measured_photo.TOPICS:
            topic = measured_photo.TOPICS[what.topic]
            said = turned(topic.answer(seen), what.negated)
            yield self._answer(formed(question, topic.form), said)
            return
        yield from self._of_people(seen, question, asked, what)

    def _meant(self, question: Question) -> Meant | None:
        if question.name in measured_photo.TOPICS or question.name in measured_faces.TOPICS:
            return Meant(question.name)
        if question.name:
            return SAME_AS.get(question.name)
        return measured_words.meant(question.text)

    def _of_people(
        self, seen: Seen, question: Question, asked: Asked, what: Meant
    ) -> Iterator[Answer]:
        topic, faces = measured_faces.TOPICS[what.topic], asked.faces
        more: tuple[Source, ...] = ()
        if asked.described:
            found = describing.described(seen, asked.described)
            if found.face is None:
                yield self._answer(question, declined(found.why), described=asked.described)
                return
            faces, more = (found.face,), found.sources
        if not seen.faces:
            yield self._answer(question, declined(NOBODY))
        elif what.over is not Over.EACH and not faces:
            form, said = over_all(seen, topic, what)
            yield self._answer(formed(question, form), said)
        elif not faces and seen.faces > 1 and not question.name:
            yield self._answer(question, declined(CHOOSE.format(seen.faces)))
        else:
            for face in faces or range(seen.faces):
                said = turned(topic.answer(seen, face), what.negated)
                said = replace(said, sources=(*said.sources, *more))
                yield self._answer(formed(question, topic.form), said, face, asked.described)

    def _answer(
        self, question: Question, said: Said, face: int | None = None, described: str = ""
    ) -> Answer:
        said = fitting(question, among(question, said))
        return Answer(
            self.card.name,
            Origin.MEASUREMENT,
            question,
            said.value,
            face,
            described,
            said.score,
            said.odds,
            interval=said.interval,
            boxes=said.boxes,
            sources=said.sources,
            declined=said.declined,
        )


def formed(question: Question, form: Form) -> Question:
    """A question in words as what it turned out to ask; one with choices keeps them."""
    if question.name or question.choices or question.form not in (Form.TEXT, form):
        return question
    return replace(question, form=Form.TEXT if form is Form.CHOICE else form)


def turned(said: Said, negated: bool) -> Said:
    if negated and isinstance(said.value, bool):
        return replace(said, value=not said.value)
    return said


def over_all(seen: Seen, topic: FaceTopic, what: Meant) -> tuple[Form, Said]:
    """Something asked of everybody: how many, whether any or all, or who."""
    told = [turned(topic.answer(seen, face), what.negated) for face in range(seen.faces)]
    sources = tuple(source for said in told for source in said.sources)
    if topic.form is not Form.YES_NO:
        lines = [f"{seen.called(f)}: {s.value}" for f, s in enumerate(told) if s.value is not None]
        if not lines:
            return Form.TEXT, replace(told[0], value=None)
        return Form.TEXT, Said("; ".join(lines), sources)
    yes = [face for face, said in enumerate(told) if said.value is True]
    unknown = [face for face, said in enumerate(told) if said.value is None]
    if len(unknown) == seen.faces and len({said.declined for said in told}) == 1:
        return Form.TEXT, replace(
            told[0], sources=sources
        )  # of all for one reason, which says more
    boxes = tuple(seen.box(face) for face in yes)
    return quantified(seen, what.over, yes, unknown, sources, boxes)


def quantified(
    seen: Seen,
    over: Over,
    yes: list[int],
    unknown: list[int],
    sources: tuple[Source, ...],
    boxes: tuple[Box, ...],
) -> tuple[Form, Said]:
    everybody, ends = seen.faces, (float(len(yes)), float(len(yes) + len(unknown)))
    not_sure = f"It could not be told of {len(unknown)} of {everybody} people."
    if len(unknown) == everybody:
        return Form.TEXT, Said(None, sources, declined=not_sure)
    if over is Over.COUNT:
        return Form.NUMBER, Said(ends[0], sources, interval=ends if unknown else None, boxes=boxes)
    if over is Over.WHICH:
        names = [seen.called(face) for face in yes]
        if not names and unknown:
            return Form.TEXT, Said(None, sources, declined=f"Nobody for sure. {not_sure}")
        text = "; ".join(names) or "nobody"
        return Form.TEXT, Said(f"{text}. {not_sure}" if unknown else text, sources, boxes=boxes)
    no = everybody - len(yes) - len(unknown)
    certain = (bool(yes) or not unknown) if over is Over.ANY else (bool(no) or not unknown)
    if not certain:
        return Form.YES_NO, Said(None, sources, declined=not_sure)
    value = bool(yes) if over is Over.ANY else not no
    return Form.YES_NO, Said(value, sources, boxes=boxes)


def among(question: Question, said: Said) -> Said:
    """An answer of a question with choices is one of them."""
    if question.name == age_group.QUESTION.name and isinstance(said.value, float):
        return replace(said, value=age_group.group(said.value), interval=None)
    if not question.choices or not isinstance(said.value, str):
        return said
    fit = [one for one in question.choices if one.lower() in said.value.lower().split()]
    fit = fit or [one for one in question.choices if one.lower() == said.value.lower()]
    if len(fit) == 1:
        value = (fit[0],) if question.form is Form.CHOICES else fit[0]
        return replace(said, value=value)
    return replace(said, value=None, declined=NOT_AMONG.format(said.value))


def fitting(question: Question, said: Said) -> Said:
    """A value is of the kind that was asked for, or there is none."""
    kinds: dict[Form, type] = {
        Form.CHOICE: str,
        Form.CHOICES: tuple,
        Form.YES_NO: bool,
        Form.NUMBER: float,
    }
    if said.value is None or isinstance(said.value, kinds.get(question.form, object)):
        return said
    return replace(said, value=None, declined=OTHER_KIND.format(said.value))
