"""The words of disguises and their proofs, for those who make them and those who measure them."""

from __future__ import annotations

HIDE, PASS_FOR = "not to be recognised", "to be taken for another face"  # aims
IN_TURN, NOTHING = "each in turn", "nothing"  # of the recognisers, what is held out
# What a recogniser's part was in making.
USED, AKIN, HELD_OUT = "used in making", "shares weights with one used", "held out"
# What a disguised face is compared with.
OWN, OTHER, TARGET = "its own original", "another photo of the person", "the chosen other face"
PROOF = "proof"  # the kind of file
