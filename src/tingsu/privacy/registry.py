"""How the access log names what was opened without knowing complaints: the app above supplies words and addresses."""

import uuid
from collections.abc import Callable, Collection

Words = Callable[[Collection[uuid.UUID]], dict[uuid.UUID, tuple[str, str]]]
_words: list[Words] = []


def register_stream_words(words: Words) -> None:
    """Supply stream ids → (what people call it, its address) for the streams an app knows; others are left out."""
    _words.append(words)


def words_of_streams(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    found: dict[uuid.UUID, tuple[str, str]] = {}
    for words in _words:
        found.update(words(ids))
    return found
