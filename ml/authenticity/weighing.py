"""The joining of findings, under the name its users know; it lies in ml for the evaluation's sake,
which takes nothing from the packages it measures."""

from ml.weighing import MOST, SCALE, Weighed, in_words, strength, weighed

__all__ = ["MOST", "SCALE", "Weighed", "in_words", "strength", "weighed"]
