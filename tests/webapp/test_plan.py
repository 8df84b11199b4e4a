"""A plan holds the best model of each task with those it needs, and nothing that is forbidden."""

from __future__ import annotations

import pytest

from ml import registry
from ml.contracts import AGE, DETECTION, EMBEDDING, EXPRESSION, FACE_CODE, MESH, POSE
from ml.registry import Policy, Sensitive
from webapp.jobs.plan import Plan, resolve
from webapp.services.jobs import _why_none

registry.discover()
ALL = frozenset(card.name for card in registry.cards())


def tasks_of(plan: Plan) -> list[str]:
    return [registry.get(name).card.task.name for name in plan.names]


def test_what_a_task_needs_comes_along_before_it_unasked() -> None:
    plan = resolve((POSE.name,), Policy(installed=ALL))
    assert tasks_of(plan) == [DETECTION.name, MESH.name, POSE.name]
    assert [planned.asked for planned in plan.models] == [False, False, True]


def test_a_model_asked_for_and_needed_counts_as_asked() -> None:
    for tasks in ((MESH.name, POSE.name), (POSE.name, MESH.name)):
        plan = resolve(tasks, Policy(installed=ALL))
        assert [planned.asked for planned in plan.models] == [False, True, True]


def test_sensitive_readings_are_off_until_turned_on() -> None:
    everything = tasks_of(resolve((), Policy(installed=ALL)))
    assert DETECTION.name in everything
    assert AGE.name not in everything and EXPRESSION.name not in everything
    turned_on = tasks_of(resolve((), Policy(installed=ALL, sensitive=frozenset({Sensitive.AGE}))))
    assert AGE.name in turned_on and EXPRESSION.name not in turned_on


def test_forbidden_tasks_take_what_needs_them_along() -> None:
    planned = tasks_of(resolve((), Policy(installed=ALL, forbidden=frozenset({MESH.name}))))
    assert MESH.name not in planned and POSE.name not in planned and EMBEDDING.name not in planned
    assert DETECTION.name in planned


def test_an_internal_task_runs_only_where_another_needs_it() -> None:
    without = frozenset({EMBEDDING.name})
    plain = Policy(installed=ALL, forbidden=without)
    assert FACE_CODE.name not in tasks_of(resolve((), plain))
    aged = Policy(installed=ALL, forbidden=without, sensitive=frozenset({Sensitive.AGE}))
    planned = tasks_of(resolve((), aged))
    assert planned.index(FACE_CODE.name) < planned.index(AGE.name)
    with pytest.raises(LookupError, match="face-code"):
        resolve((FACE_CODE.name,), plain)


def test_what_is_not_installed_is_left_out() -> None:
    assert resolve((), Policy(installed=frozenset())) == Plan()


def test_an_unknown_task_is_named() -> None:
    with pytest.raises(LookupError, match="aura"):
        resolve(("aura",), Policy(installed=ALL))


def test_a_plan_survives_json_with_its_digests() -> None:
    plan = resolve((), Policy(installed=ALL))
    assert Plan.from_json(plan.to_json()) == plan
    assert all(p.digest == registry.get(p.model).card.digest for p in plan.models)


def test_a_sensitive_task_that_is_off_is_said_to_be_so() -> None:
    assert _why_none(("age", "expression")) == "This is sensitive, and not turned on: age, emotion."
    assert "installed and allowed" in _why_none(("age", "pose"))
