"""What tells of nobody (IM-11): what points to a person is taken out through the privacy layer, and numbers of orders, cards and parcels with it."""

import re

from tingsu.privacy.masking import NOBODY, NOBODY_SIGN, Known, mask_text, of_nobody

NUMBER = re.compile(r"[A-Za-z]{0,4}\d{8,}")
"""Orders, parcels, cards: whoever has it finds the person."""


def anonymous(text: str, known: Known = NOBODY) -> str:
    """The story, without a trace of anybody."""
    return NUMBER.sub(NOBODY_SIGN, of_nobody(text, known))


def tells_of_somebody(text: str, known: Known = NOBODY) -> bool:
    """Does it still point to somebody?"""
    return mask_text(text, known) != text or NUMBER.search(text) is not None


def names_one_of(text: str, known: Known) -> bool:
    """Does it name one of these people, whatever else stands in it?"""
    return mask_text(text, known) != mask_text(text)
