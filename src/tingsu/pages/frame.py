"""What stands around a page of staff: the desk provides it once, and every room's pages are drawn in it.

Templates below the desk extend ``pages/staff.html`` and ``pages/settings.html``; who is here, where they may go and what
waits for them is the desk's to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The questions that a frame asks."""

    frame: Callable[[HttpRequest], Any]
    """Navigation, person, warnings: what ``pages/staff.html`` draws; the same object for every piece of one page."""
    theme: Callable[[HttpRequest], str]
    """"light", "dark" or "" for the system's own."""
    script_texts: Callable[[], dict[str, str]]
    """The sentences that scripts show, in the page's language."""
    sections: Callable[[HttpRequest], list[dict[str, Any]]]
    """The settings pages this person may open, by group."""


_provided: list[Shell] = []


def provide(shell: Shell) -> None:
    """Say what stands around pages, once, when the app loads. Raises RuntimeError for a second shell."""
    if _provided:
        raise RuntimeError("two shells want to stand around the pages")
    _provided.append(shell)


def shell() -> Shell:
    """The shell of this installation. Raises IndexError when no app provides one."""
    return _provided[0]
