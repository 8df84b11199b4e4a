"""No portraits of faces that may be of somebody under age, unless a record says otherwise.

The apparent age is read for this alone: it is neither told nor kept. One sentence covers all it may
have been, for a sentence of its own would tell what was read.
"""

from __future__ import annotations

from collections.abc import Sequence

from ml.errors import Refused
from ml.types import Reading

RULE = "age"
# Models take faces of people under 18 for older ones by some years: what share of them passes for
# this old is told in docs/portraits.md.
SURE = 25.0
MAY_BE_YOUNG = (
    "No portrait is made: as far as looks tell, this face may be of somebody under age. If it is "
    "an adult's, write that down on the person's page; then looks are not asked. (Rule: age.)"
)


def check(readings: Sequence[Reading], sentence: str = MAY_BE_YOUNG) -> None:
    """readings: of the apparent age of one face. sentence: that refuses it.

    Raises:
        Refused: it looks younger than SURE, or nobody could tell.
    """
    ages = [one.value for one in readings if isinstance(one.value, int | float)]
    if not ages or min(ages) < SURE:
        raise Refused(sentence, RULE)
