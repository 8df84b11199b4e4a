"""Every address, generated from the URL map, tried with another user's ids: nothing is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.forms import model_to_dict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.webapp.asking import answered, parrot, smiles  # noqa: F401  a fixture
from tests.webapp.locating import PHONE, located
from tests.webapp.portraying import a_portrait
from tests.webapp.sharing import a_ready_share, recipe  # noqa: F401  a fixture
from webapp.models import Alert, Artifact, Export, Face, Gallery, Journey, Photo, User
from webapp.services.faces import face_name
from webapp.services.jobs import job_submit
from webapp.services.keys import key_create
from webapp.services.people import enrolment_add, person_protect
from webapp.services.portrait_recipes import recipe_save

METHODS = ("get", "head", "post", "put", "patch", "delete")
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
SECRET = "alices-secret"
# Patterns whose parameters name nobody's rows, each with its reason.
NOBODYS = {
    "sign-in-link": "the token is a secret that whoever holds it may use",
    **dict.fromkeys(
        (
            "share-link",
            "share-link-photo",
            "share-link-file",
            "share-link-thumbnail",
            "share-link-unslashed",
            "share-link-nothing",
        ),
        "the token is a secret that whoever holds it may use",
    ),
    "model": "cards are the same for everybody",
    "app_list": "a list of kinds of rows, for administrators",
}


@dataclass(frozen=True)
class Address:
    """pattern: as routed, e.g. "photos/<uuid:photo_id>/". name: the URL's."""

    pattern: str
    name: str | None

    @property
    def parameters(self) -> list[str]:
        return [first or second for first, second in CONVERTER.findall(self.pattern)]

    def path(self, values: dict[str, str]) -> str:
        found = CONVERTER.sub(lambda match: values[match[1] or match[2]], self.pattern)
        return "/" + re.sub(r"[\^$]", "", found)


def walk(resolver: URLResolver, prefix: str = "") -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Address(pattern, entry.name)
        else:
            yield from walk(entry, pattern)


ALL = list(walk(get_resolver()))
WITH_IDS = [a for a in ALL if a.parameters and a.name not in NOBODYS]
WITHOUT_IDS = [a for a in ALL if not a.parameters and a.name not in ("sign-out", "theme")]


@dataclass(frozen=True)
class Alices:
    """What is Alice's, by the names that addresses give their parameters."""

    ids: dict[str, str]
    objects: dict[str, str]

    def values(self, address: Address) -> dict[str, str]:
        """The address's parameters filled with her ids.

        A KeyError here means: a new kind of id stands in an address. Add Alice's one below.
        """
        model = re.fullmatch(r"(?:auth|webapp|axes)_(\w+?)_\w+", address.name or "")
        kind = model[1] if model else re.sub(r".*?(\w+)/<path:object_id>/", r"\1", address.pattern)
        filled = dict(self.ids)
        if "object_id" in address.parameters or "id" in address.parameters:
            pk = self.objects.get(kind, "1")
            filled |= {"object_id": pk, "id": pk}
        return {name: filled[name] for name in address.parameters}


@pytest.fixture
def engines(recipe: None, parrot: None) -> None:  # noqa: F811
    """A recipe and an engine."""


@pytest.fixture
def alices(analysed: Photo, alice: User, gallery: Gallery, engines: None) -> Alices:
    Photo.objects.update(name=f"{SECRET}.jpg")
    Gallery.objects.filter(pk=gallery.pk).update(name=SECRET)
    face = Face.objects.get(photo=analysed)
    face_name(face=face, name=SECRET, by=alice)
    run = analysed.runs.first()
    artifact = Artifact(run=run, kind="map", media_type="text/plain", sha256="0" * 64, size=1)
    artifact.file.save("map.txt", ContentFile(b"x"))
    job = job_submit(kind="analyse", gallery=gallery, photos=[analysed], by=alice, options={})
    key, _ = key_create(user=alice, name=SECRET)
    person_protect(person=face.person, by=alice, basis="self")
    enrolment_add(person=face.person, faces=[face], by=alice)
    alert = Alert.objects.create(person=face.person, face=face, distance=0.3)
    export = Export(gallery=gallery, made_by=alice, job=job, count=1, sha256="0" * 64, size=1)
    export.expires = timezone.now() + timedelta(days=1)
    export.file.save("album.zip", ContentFile(b"x"))
    export.photos.add(analysed)
    person = face.person
    share = a_ready_share(alice, analysed, title=SECRET)
    question = answered(alice, analysed, smiles(), question=SECRET, questions=[])
    located(analysed, alice, replace(PHONE, saw=SECRET))
    journey = Journey.objects.create(gallery=gallery, asked_by=alice)
    portrait = a_portrait(artifact, alice)
    merry = recipe_save(gallery=gallery, name=SECRET, options={}, by=alice)
    rows: list[Any] = [
        question,
        journey,
        portrait,
        merry,
        analysed,
        gallery,
        face,
        artifact,
        job,
        key,
        person,
        alert,
        export,
        share,
    ]
    ids = {f"{row._meta.model_name}_id": str(row.pk) for row in rows}
    ids["recipe_id"] = str(merry.pk)
    ids["key_id"] = str(key.pk)
    words = {
        "which": "display",
        "name": "centerface",
        "url": "x",
        "content_type_id": "1",
        "kind": "cut",
        "form": "json",
        "task": "pose",
        "number": "1",
        "purpose": "sharing",
        "verb": "keep",
    }
    objects = {row._meta.model_name: str(row.pk) for row in [*rows, alice]}
    return Alices(ids | words, objects)


@pytest.fixture
def bobs(bob: User) -> Client:
    client = Client()
    client.force_login(bob)
    return client


def state() -> dict[str, list[dict[str, Any]]]:
    """Every row of ours but those of the audit."""
    models = [m for m in apps.get_app_config("webapp").get_models() if "Audit" not in m.__name__]
    return {
        m.__name__: [model_to_dict(row) | {"pk": row.pk} for row in m._default_manager.all()]
        for m in models
    }


def lost(before: dict[str, list[Any]]) -> list[str]:
    """Kinds of rows of which one was changed or deleted since."""
    now = state()
    return [kind for kind, rows in before.items() if any(row not in now[kind] for row in rows)]


def test_anothers_ids_are_not_there(alices: Alices, bobs: Client) -> None:
    before, wrong = state(), {}
    for address in WITH_IDS:
        path = address.path(alices.values(address))
        statuses = {method: getattr(bobs, method)(path).status_code for method in METHODS}
        if not {404} <= set(statuses.values()) <= {404, 405}:
            wrong[address] = statuses
    assert not wrong
    assert not lost(before)


def test_strangers_are_sent_away(alices: Alices, client: Client) -> None:
    before, wrong = state(), {}
    for address in WITH_IDS:
        path = address.path(alices.values(address))
        answers = {method: getattr(client, method)(path) for method in METHODS}
        if not all(map(is_sent_away, answers.values())):
            wrong[address] = answers
    assert not wrong
    assert state() == before


def is_sent_away(answer: Any) -> bool:
    if answer.status_code == 302:
        return str(answer.headers["Location"]).startswith(("/sign-in/", "/admin/login/"))
    return answer.status_code in {401, 404, 405}


@pytest.mark.parametrize("way", ["query", "form", "json"])
def test_no_list_or_form_takes_anothers_ids(way: str, alices: Alices, bobs: Client) -> None:
    """Her ids as every field that an address, a form or JSON might have."""
    fields = alices.ids | {f"{name}s": pk for name, pk in alices.objects.items()}
    fields |= alices.objects | {"kind": "analyse", "ids": alices.ids["photo_id"]}
    fields |= {"after": alices.ids["photo_id"], "page": "1"}
    lists = {f"{name}s": [pk] for name, pk in alices.objects.items()}
    before = state()
    for address in WITHOUT_IDS:
        path = address.path({})
        if way == "query":
            answers = [bobs.get(path), bobs.get(path, fields)]
        elif way == "form":
            answers = [bobs.post(path, fields)]
        else:
            answers = [bobs.post(path, fields | lists, content_type="application/json")]
        for answer in answers:
            assert answer.status_code < 500 or address.name == "healthz", address
            assert not told(answer.content.decode(errors="replace"), alices), address
    assert not lost(before)


def told(text: str, alices: Alices) -> list[str]:
    """What of hers a text tells: a name, or an id that is not merely an address's query given
    back."""
    kinds = ("photo", "face", "job", "artifact", "alert", "export", "share", "question")
    ids = (alices.ids[f"{kind}_id"] for kind in kinds)
    echoed = [found for pk in ids for found in re.findall(rf"[\w=&?/%-]*{pk}", text)]
    names = [SECRET] if SECRET in text else []
    return names + [found for found in echoed if "=" not in found]


def test_files_of_the_trash_are_not_there_either(
    alices: Alices, bobs: Client, analysed: Photo
) -> None:
    Photo.objects.update(trashed="2026-01-01T00:00:00Z")
    for which in ("display", "thumbnail", "original"):
        assert bobs.get(f"/photos/{analysed.pk}/files/{which}").status_code == 404
        assert bobs.get(f"/api/v1/photos/{analysed.pk}/{which}").status_code == 404


def test_what_never_was_answers_the_same(bobs: Client, alices: Alices) -> None:
    for address in WITH_IDS:
        values = alices.values(address)
        unknown = {k: str(uuid4()) if v in alices.ids.values() and len(v) == 36 else v
                   for k, v in values.items()}  # fmt: skip
        hers, nobodys = bobs.get(address.path(values)), bobs.get(address.path(unknown))
        assert hers.status_code == nobodys.status_code
