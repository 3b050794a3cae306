"""Sentences that the system itself writes into an entry, said to each reader in the own language.

Rules open entries and count for them. What they write stands as a text in the organisation's language, sealed, searched and
erased like any other; beside it the entry keeps the code of the sentence and its values, by which it is said anew to whoever
reads another language. Once a person has changed the text it is theirs: the code goes, and everybody reads the words as written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import override

from tingsu.kernel.organisations import current_organisation

SAID = "said"
"""The place among an entry's codes: the field of the text → [code of the sentence, its values]."""
Sayer = Callable[[Mapping[str, Any]], str]
_sayers: dict[str, Sayer] = {}


@dataclass(frozen=True)
class Said:
    """A sentence by its code, with values that JSON keeps: codes, numbers and days, nothing that is a word of one language."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def words(self) -> str:
        """In the language of this moment."""
        return _sayers[self.code](self.values)

    def first_words(self) -> str:
        """In the language of the organisation, as the text is kept."""
        with override(current_organisation().language):
            return self.words()

    def kept(self) -> list[Any]:
        """As it lies among the codes."""
        return [self.code, dict(self.values)]


def says(code: str) -> Callable[[Sayer], Sayer]:
    """Declare the function that puts the values of a sentence into words, in the language of the moment."""

    def declared(function: Sayer) -> Sayer:
        _sayers[code] = function
        return function

    return declared


def in_every_language(kept: list[Any]) -> Iterator[str]:
    """One kept sentence in each language that readers may have: none of them is a change by somebody."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            if (words := _again(kept)) is not None:
                yield words


def worded(texts: Mapping[str, str], said: Mapping[str, Any]) -> dict[str, str]:
    """Texts of an entry as they are read now; a sentence that cannot be said any more stays as it was kept."""
    found = dict(texts)
    for name, kept in said.items():
        if name in found and (words := _again(kept)) is not None:
            found[name] = words
    return found


def _again(kept: list[Any]) -> str | None:
    """A kept sentence in the language of this moment; None where its code is gone, or its values are of an older shape."""
    try:
        code, values = kept
        return _sayers[code](values)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
