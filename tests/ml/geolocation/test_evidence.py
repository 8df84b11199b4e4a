"""Each kind of evidence: what it takes for a clue, where that points, and what it leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from PIL.TiffImagePlugin import IFDRational

from ml.contracts import Line, Said
from ml.geolocation.clues import Clue, Country, Disc
from ml.geolocation.evidence import Seen, gathered, sources
from ml.geolocation.ledger import answered

BOX = ((10.0, 20.0), (110.0, 20.0), (110.0, 50.0), (10.0, 50.0))
UNSAID = Said()
EXIF_IFD, GPS_IFD = 34665, 34853


def line(text: str, script: str = "latin", sure: float = 0.95) -> Line:
    return Line(BOX, text, 0.95 if text else 0.0, script, sure, "PP-OCR")


def found(source: str, *lines: Line, said: Said = UNSAID, exif: Any = None) -> list[Clue]:
    seen = Seen(exif or {}, lines, said)
    return [clue for one in sources() if one.name == source for clue in one.clues(seen)]


def countries(clue: Clue) -> set[str]:
    return {one.code for one in clue.points if isinstance(one, Country)}


def gps(latitude: Any, longitude: Any, **more: Any) -> dict[int, Any]:
    fields = {1: "N", 2: latitude, 3: "E", 4: longitude}
    return {GPS_IFD: fields | {int(key[1:]): value for key, value in more.items()}}


def degrees(value: int, minutes: int, hundredths: int) -> tuple[IFDRational, ...]:
    return IFDRational(value), IFDRational(minutes), IFDRational(hundredths, 100)


def test_a_position_in_the_file_points_there_as_finely_as_it_is_written() -> None:
    fine = found("exif-gps", exif=gps(degrees(43, 28, 281), degrees(11, 53, 646)))[0]
    coarse = found("exif-gps", exif=gps((43.0, 28.0, 0.0), (11.0, 53.0, 0.0)))[0]
    disc, wide = fine.points[0], coarse.points[0]
    assert isinstance(disc, Disc) and isinstance(wide, Disc)
    assert disc.latitude == pytest.approx(43 + 28 / 60 + 2.81 / 3600)
    assert disc.km < 0.02 and 0.5 < wide.km < 2


@pytest.mark.parametrize(
    ("exif", "why"),
    [
        (gps((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), "no position"),
        (gps((95.0, 0.0, 0.0), (0.0, 0.0, 0.0)), "outside the Earth"),
        (gps(("x",), (0.0,)), "broken"),
        (gps((10.0, 0.0, 0.0), (10.0, 0.0, 0.0), _6=60_000.0), "height"),
    ],
)
def test_an_impossible_position_is_not_read(exif: dict[int, Any], why: str) -> None:
    (clue,) = found("exif-gps", exif=exif)
    assert not clue.read and why in clue.note


def test_a_clock_with_a_zone_points_at_its_longitudes() -> None:
    camera = {36867: "2024:06:01 12:00:00", 36881: "+09:00"}
    (clue,) = found("exif-time", exif={EXIF_IFD: camera})
    assert answered([clue]).longitude == pytest.approx(135, abs=25)
    (silent,) = found("exif-time", exif={EXIF_IFD: {36867: "2024:06:01 12:00:00"}})
    assert not silent.read


def test_a_clock_against_the_satellites_tells_its_zone() -> None:
    satellites = {29: "2024:06:01", 7: (10.0, 0.0, 12.0)}
    exif = {EXIF_IFD: {36867: "2024:06:01 12:00:00"}, GPS_IFD: satellites}
    (clue,) = found("exif-time", exif=exif)
    assert clue.saw == "UTC+2 h"


def test_a_shadow_at_a_known_moment_leaves_out_the_night() -> None:
    shadow = ((0.0, 100.0), (0.0, 0.0), (100.0, 100.0))
    said = Said(shadow=shadow, moment=datetime(2024, 6, 20, 12, tzinfo=UTC))
    (clue,) = found("sun", said=said)
    assert clue.saw == "the sun 45° high" and clue.box is not None
    (unknown,) = found("sun", said=Said(shadow=shadow))
    assert not unknown.read


@pytest.mark.parametrize(
    ("script", "code"),
    [
        *(("thai", "TH"), ("georgian", "GE"), ("greek", "GR"), ("hangul", "KR"), ("khmer", "KH")),
        *(("hebrew", "IL"), ("armenian", "AM"), ("bengali", "BD"), ("cyrillic", "RU")),
    ],
)
def test_a_script_says_a_country_unread(script: str, code: str) -> None:
    (clue,) = found("script", line("", script))
    assert code in countries(clue) and clue.box is not None


def test_the_latin_script_and_an_unsure_box_say_nothing() -> None:
    assert not found("script", line("Bar"), line("", "none"), line("", "thai", 0.4))


def test_a_number_says_nothing_by_its_looks() -> None:
    assert not found("script", line("0080", "malayalam", 0.8))


def test_a_box_that_looks_like_its_script_less_surely_weighs_less() -> None:
    (sure,), (unsure,) = found("script", line("", "thai")), found("script", line("", "thai", 0.6))
    assert sure.floor < unsure.floor


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bäckerei, geöffnet bis Freitag", "DE"),
        ("Chiuso per ferie estive", "IT"),
        ("Günlük taze ekmek", "TR"),
        ("Horário de funcionamento", "BR"),
        ("Salon fryzjerski", "PL"),
    ],
)
def test_a_language_points_where_it_is_spoken(text: str, code: str) -> None:
    (clue,) = found("language", line(text))
    assert max(clue.points, key=lambda one: one.share).code == code or code in countries(clue)  # type: ignore[union-attr]


def test_short_text_is_told_less_surely_than_long() -> None:
    (short,) = found("language", line("Bäckerei"))
    (long,) = found("language", line("Die Bäckerei ist von Montag bis Freitag geöffnet"))
    assert long.floor < short.floor
    (nothing,) = found("language", line("Bar"))
    assert not nothing.read


@pytest.mark.parametrize(
    ("source", "text", "codes"),
    [
        ("phone", "Tel. +48 22 622 22 22", {"PL"}),
        ("phone", "0039 055 23 88", {"IT"}),
        ("domain", "www.panaderia.es", {"ES"}),
        ("domain", "info@shop.com.br", {"BR"}),
        ("currency", "Kebab 45,90 zł", {"PL"}),
        ("currency", "R$ 12,50", {"BR"}),
        ("postcode", "London SW1A 2AA", {"GB"}),
        ("postcode", "〒100-0001", {"JP"}),
        ("plate", "ABC1D23", {"BR"}),
        ("plate", "1234 BCD", {"ES"}),
        ("street", "Bahnhofstraße 12", {"DE"}),
        ("street", "ул. Ленина", {"RU"}),
        ("units", "Speed limit 30 mph", {"GB", "US"}),
        ("road-sign", "DUR", {"TR"}),
        ("road-sign", "Einbahnstraße", {"DE"}),
    ],
)
def test_text_points_at_its_countries(source: str, text: str, codes: set[str]) -> None:
    clues = found(source, line(text))
    assert clues and codes <= countries(clues[0])


@pytest.mark.parametrize(
    ("source", "text"),
    [
        *(("phone", "Call 555 0123"), ("domain", "soundcloud.io"), ("domain", "e.g. this")),
        *(("currency", "room 12"), ("plate", "OPEN"), ("postcode", "12345"), ("street", "Bar")),
        *(("road-sign", "STOP"), ("units", "30 km/h"), ("place-name", "BAR"), ("word", "")),
    ],
)
def test_what_is_anywhere_is_no_clue(source: str, text: str) -> None:
    assert not found(source, line(text))


def test_an_area_code_points_at_its_town() -> None:
    (clue,) = found("phone", line("+49 30 1234567"))
    disc = next(one for one in clue.points if isinstance(one, Disc))
    assert disc.name == "Berlin" and "DE" in countries(clue)


def test_a_town_is_found_by_name_and_a_little_misread() -> None:
    (exact,) = found("place-name", line("Heidelberg Hauptbahnhof"))
    assert exact.saw == "Heidelberg" and not countries(exact)
    (misread,) = found("place-name", line("Heidelbcrg"))
    assert "Heidelberg" in misread.tells and misread.floor > exact.floor


def test_a_larger_town_of_a_name_is_likelier() -> None:
    (clue,) = found("place-name", line("Cambridge"))
    assert len(clue.points) > 1 and clue.points[0].share == 1  # type: ignore[union-attr]
    assert clue.points[1].share < 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "where"), [("it was in Spain", "Spain"), ("near Lyon", "Lyon"), ("europe", "Russia")]
)
def test_a_persons_word_is_a_clue(said: str, where: str) -> None:
    (clue,) = found("word", said=Said(place=said))
    assert clue.read and where in clue.tells


def test_a_word_that_is_no_place_is_told_to_be_none() -> None:
    (clue,) = found("word", said=Said(place="qqqzzz"))
    assert not clue.read and clue.note


def test_clues_have_names_of_their_own_that_stay() -> None:
    seen = Seen({}, (line("www.panaderia.es"), line("www.panaderia.es"), line("Calle Mayor")))
    one, other = gathered(seen), gathered(seen)
    assert [clue.name for clue in one] == [clue.name for clue in other]
    assert len({clue.name for clue in one}) == len(one)


def test_every_source_says_what_it_is_and_what_takes_its_clues_out() -> None:
    assert len(sources()) >= 14
    assert all(one.title and one.removal and one.basis for one in sources())
