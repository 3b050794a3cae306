"""What a colleague knows beside the level: kinds of problems, products, languages (PE-01, AS-06). Apps above name the codes."""

from collections.abc import Callable, Iterable

from django.utils.functional import Promise

Options = Callable[[], Iterable[tuple[str, str | Promise]]]
_declared: dict[str, Options] = {}


def declare(what: str, options: Options) -> None:
    """Say which "topics" or "languages" there are; once, by the app that owns the list."""
    if what in _declared:
        raise RuntimeError(f"{what} of colleagues declared twice")
    _declared[what] = options


def options(what: str) -> list[tuple[str, str]]:
    """Codes and words of one list, in the reader's language."""
    return [(code, str(words)) for code, words in _declared[what]()]
