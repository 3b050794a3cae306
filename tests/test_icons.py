"""Every icon that a page may be asked to draw lies in the sprite: one that does not would end the page of whoever reads it."""

from collections.abc import Iterator

from tingsu.desk import navigation
from tingsu.desk.composer import composed_steps
from tingsu.kernel.events import event_kinds
from tingsu.kernel.kinds import kinds
from tingsu.letters import notices
from tingsu.pages.icons import NAMES
from tingsu.registers.declaration import registers


def asked_for() -> Iterator[tuple[str, str]]:
    """Where an icon is named, and its name."""
    yield from ((f"event {name}", kind.icon) for name, kind in event_kinds().items())
    yield from ((f"notice {name}", icon) for name, (_words, icon) in notices._words.items())
    for name, kind in kinds().items():
        yield from ((f"notice {notice} of {name}", icon) for notice, (_words, icon) in kind.notices.items())
        if kind.place:
            yield f"list of {name}", kind.place.icon
    for mode, step in composed_steps().items():
        assert step.composed is not None
        yield f"way of the composer {mode}", step.composed.icon
    for name, register in registers().items():
        yield f"register {name}", register.icon
        yield from ((f"step {step.name} of {name}", step.icon) for step in register.steps)
    yield from ((f"entry {entry.key}", entry.icon) for entry in navigation.entries())
    yield from ((f"page of the settings {section.name}", section.icon) for section in navigation.sections())


def test_every_icon_that_is_named_lies_in_the_sprite() -> None:
    found = list(asked_for())
    assert len(found) > 300
    assert [(where, icon) for where, icon in found if icon not in NAMES] == []
