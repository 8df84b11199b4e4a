"""Engines are measured on questions with answers: rightly declined is right, invalid is wrong."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import registry
from ml.evaluation import measuring, running
from ml.evaluation.benchmarks.prompting import EXPECTS, measured
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.questions import TABLE, Posed, celeba, questions
from ml.evaluation.readers.samples import BadData, Sample, read
from ml.pool import Pool
from ml.prompting import vision_language
from ml.types import Answer, Form, Origin, Question
from ml.weights import Weights
from tests.ml.prompting.tiny_models import idefics3, loaded

LINES = """file,question,expected,prompt,form,choices,paraphrases
one.png,Is it?,yes,short,,,Is it so?|Really?
one.png,Please tell me: is it?,yes,polite,,,
one.png,Which?,red,short,choice,red|blue,
one.png,What is behind it?,declined,short,,,
"""


def posed(expected: str, **more: object) -> Posed:
    return Posed(replace(Question("?"), **more), expected)  # type: ignore[arg-type]


def said(posed: Posed, value: object, **more: object) -> Answer:
    return Answer("tiny", Origin.MEASUREMENT, posed.question, value, **more)  # type: ignore[arg-type]


def test_the_table_is_read_line_by_line(tmp_path: Path) -> None:
    (tmp_path / TABLE).write_text(LINES)
    found = questions(tmp_path)
    assert found is not None and [one.truth.question.form for one in found] == [
        *(Form.YES_NO, Form.YES_NO, Form.CHOICE, Form.TEXT),
    ]
    assert found[0].truth.question.paraphrases == ("Is it so?", "Really?")
    assert found[1].groups["prompt"] == "polite" and found[1].identity == "one.png"
    (tmp_path / TABLE).write_text(f"{LINES}one.png,Which?,red,short,choice,red,\n")
    with pytest.raises(BadData, match="line 6"):
        questions(tmp_path)


def test_an_answer_is_right_or_not() -> None:
    yes = posed("yes", form=Form.YES_NO)
    assert yes.met(said(yes, True)) and not yes.met(said(yes, False))
    assert not yes.met(said(yes, None, invalid="?")) and not yes.met(said(yes, None, declined="?"))
    age = posed("34", form=Form.NUMBER)
    assert age.met(said(age, 34.0)) and age.met(said(age, 34.5, interval=(30, 39)))
    assert not age.met(said(age, 44.5, interval=(40, 49)))
    text = posed("hat|cap")
    assert text.met(said(text, "A red Cap")) and not text.met(said(text, "a coat"))
    some = posed("hat+tie", form=Form.CHOICES, choices=("hat", "tie", "ring"))
    assert some.met(said(some, ("tie", "hat"))) and not some.met(said(some, ("hat",)))
    never = posed("declined")
    assert never.met(said(never, None, declined="?")) and not never.met(said(never, "so"))
    assert not never.met(said(never, None, invalid="?"))


def test_the_figures_are_those_one_counts() -> None:
    yes, never = posed("yes", form=Form.YES_NO), posed("declined")
    asked = [yes, yes, never, yes]
    answers = [
        said(yes, True, agreement=1.0, seconds=2.0),
        said(yes, False, agreement=0.5),
        said(never, None, declined="?"),
        said(yes, None, invalid="?"),
    ]
    samples = [
        Sample(str(n), Path(str(n)), one, "a", {"prompt": ""}) for n, one in enumerate(asked)
    ]
    found = measured(samples, answers)
    score = found.score(np.ones(4))
    assert score["accuracy"] == 0.5 and score["answered_accuracy"] == 0.5
    assert score["agreement"] == 0.75 and score["seconds"] == 0.5
    assert score["invalid_rate"] == score["declined_rate"] == 0.25
    assert found.skipped == 1
    assert isnan(found.score(np.array([0.0, 0.0, 1.0, 1.0]))["answered_accuracy"])


def test_a_language_model_is_measured_prompt_by_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vision_language, "NEW_TOKENS", 4)
    engine = loaded(idefics3, tmp_path)
    kind = type(engine)
    kind.card = replace(kind.card, name="tiny", needs=())
    registry.discover()
    monkeypatch.setitem(registry._models, "tiny", kind)
    measuring.discover()
    data = tmp_path / "data"
    data.mkdir()
    (data / TABLE).write_text(LINES)
    Image.new("RGB", (60, 40), "red").save(data / "one.png")
    setting = Setting(data, ("tiny",), Pool(Weights(tmp_path / "weights")))
    (run,) = running.run(measuring.get("prompting"), setting, "evaluate prompting", draws=20)
    result = run.result
    assert result.n == 4 and 0 <= result.metrics["accuracy"].value <= 1
    assert result.metrics["seconds"].value > 0
    assert {group.label for group in result.groups if group.by == "prompt"} == {"short", "polite"}


def test_celebas_forty_attributes_are_asked_one_by_one(tmp_path: Path) -> None:
    Image.new("RGB", (32, 32)).save(tmp_path / "000001.jpg")
    names = " ".join(["Attractive", "Male", *(f"A_{number}" for number in range(38))])
    values = " ".join(["-1", "1", *["-1"] * 38])
    (tmp_path / "list_attr_celeba.txt").write_text(f"1\n{names}\n000001.jpg {values}\n")
    samples = read(tmp_path, (questions, celeba), EXPECTS)
    assert len(samples) == 40 and {one.truth.question.form for one in samples} == {Form.YES_NO}
    (male,) = [one for one in samples if one.groups["prompt"] == "male"]
    yes = Answer("a", Origin.MEASUREMENT, male.truth.question, True)
    assert male.truth.met(yes) and "“male”" in male.truth.question.text
    (other,) = [one for one in samples if one.groups["prompt"] == "attractive"]
    assert not other.truth.met(replace(yes, question=other.truth.question))
