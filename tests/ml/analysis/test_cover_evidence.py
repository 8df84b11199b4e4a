"""What speaks for a cover: by hand, on the usual face with a block laid over it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from ml.analysis import cover_evidence, misfit_evidence
from ml.analysis.cover_evidence import ROUND, UNTOLD, surface
from ml.analysis.face_layout import SIDE, Skin, fitted
from ml.analysis.face_misfit import best, misfit
from ml.analysis.occlusion_fitted import CLOSER, GLANCE, covered
from tests.ml.analysis.test_occlusion import bright, usual_skin

Array = np.ndarray
USUAL, SPREAD = fitted()["usual"], fitted()["spread"]
BLOCK = np.zeros((SIDE, SIDE), bool)
BLOCK[38:52, 20:44] = True


def with_block(colour: tuple[int, int, int]) -> Skin:
    """The usual face with a block over its mouth."""
    bare = usual_skin(bright())
    pixels = bare.pixels.copy()
    pixels[BLOCK] = colour
    return Skin(pixels, bare.seen, bare.places, bare.transform)


def told(face: Skin, guess: Array) -> dict[str, Array]:
    off = misfit(face, guess > 0.5, USUAL, SPREAD)
    return cover_evidence.evidence(surface(face, USUAL), off, guess)


def test_every_evidence_has_a_weight_and_every_weight_its_evidence() -> None:
    face = usual_skin(bright())
    glance = misfit_evidence.evidence(face, best(face, USUAL, SPREAD), USUAL)
    assert set(glance) | {"bias"} == set(GLANCE)
    assert set(told(face, np.zeros((SIDE, SIDE), np.float32))) | {"bias"} == set(CLOSER)
    assert len(GLANCE) + len(CLOSER) <= 20


def test_edges_that_the_usual_face_has_not_stand_out_where_they_are() -> None:
    maps = surface(with_block((40, 90, 160)), USUAL).evidence
    bare = surface(usual_skin(bright()), USUAL).evidence
    rim = np.zeros_like(BLOCK)
    rim[36:54, 18:46] = True
    rim[40:50, 22:42] = False
    for name in ("other edges", "steep", "colour steep around"):
        gain = maps[name] - bare[name]
        assert gain[rim].mean() > 1 and np.abs(gain[:20]).max() < 1e-3


def test_a_thin_stroke_of_another_colour_is_told_from_a_wide_block() -> None:
    face = usual_skin(bright())
    pixels = face.pixels.copy()
    pixels[30:32, 10:54] = (150, 30, 35)
    thin = Skin(pixels, face.seen, face.places, face.transform)
    stroke = surface(thin, USUAL).evidence["coloured stroke"][30:32, 20:44].mean()
    inside = surface(with_block((150, 30, 35)), USUAL).evidence["coloured stroke"][43:47, 28:36]
    assert stroke > 3 * inside.mean()


def test_colours_are_judged_by_a_normal_distribution_of_what_is_guessed() -> None:
    face = with_block((40, 90, 160))
    guess = np.where(BLOCK, 0.9, 0.1).astype(np.float32) * face.seen
    found = told(face, guess)
    among, weights = face.told[face.seen].astype(float), guess[face.seen].astype(float)
    middle = np.average(among, 0, weights)
    spread = np.cov(among.T, aweights=weights, ddof=0) + ROUND * np.eye(3)
    usual = 1.5 * np.log(2 * np.pi)
    expected = multivariate_normal(middle, spread).logpdf(among) + usual
    assert found["colour of covers"][face.seen] == pytest.approx(expected, abs=0.05)
    assert (found["rather of covers"][BLOCK & face.seen] > 0).all()


def test_nothing_guessed_has_no_colour() -> None:
    face = usual_skin(bright())
    found = told(face, np.zeros((SIDE, SIDE), np.float32))
    assert (found["colour of covers"] == UNTOLD).all()


def test_a_block_is_found_and_the_usual_face_is_bare() -> None:
    face = with_block((40, 90, 160))
    found = covered(face) > 0.5
    assert (found & BLOCK).sum() > 0.8 * (BLOCK & face.seen).sum()
    assert (found & ~BLOCK).sum() < 0.2 * BLOCK.sum()
    assert (covered(usual_skin(bright())) > 0.5).mean() < 0.02
