"""What follows from the declaration of a register: its events, the limits of its dates, and the kind of thing its entries are."""

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import pgettext_lazy

from tingsu.clocks.kinds import Watched
from tingsu.clocks.timers import TimerKind
from tingsu.kernel.events import EventKind, Personal
from tingsu.kernel.kinds import Erasure, Held, Kind, Label, Place
from tingsu.registers import numbers
from tingsu.registers.declaration import Due, Register
from tingsu.registers.reading import matters_of
from tingsu.registers.serving import conditions_of, open_entries_of, opens_file, things_of
from tingsu.registers.verify import rebuild_entries


def events_of(register: Register) -> list[EventKind]:
    """Those that every register has, and one for each of its steps."""

    def kind(
        event: str, words: Label, *, texts: bool = True, tone: str = "plain", icon: str = "circle-dot"
    ) -> EventKind:
        return EventKind(
            name=f"{register.name}.{event}",
            words=words,
            personal=Personal.TEXTS if texts else Personal.NONE,
            tone=tone,
            icon=icon,
            # An older body reads as it is; `verify` folds it by what the register says of it.
            version=2 if event in register.before else 1,
            upcasts={1: dict} if event in register.before else {},
        )

    again = [
        kind(
            "recurred",
            pgettext_lazy("entry event", "The next one begins, the last one is still owed"),
            texts=False,
            icon="refresh",
        )
    ]
    own = [kind(do.event, do.did, tone=do.tone, icon=do.icon) for do in register.steps]
    return [
        kind("opened", pgettext_lazy("entry event", "opened it"), icon="plus"),
        kind("commented", pgettext_lazy("entry event", "wrote a comment"), icon="message"),
        kind("file_added", pgettext_lazy("entry event", "added files"), texts=False, icon="paperclip"),
        kind("linked", pgettext_lazy("entry event", "linked it"), texts=False, icon="link"),
        kind("unlinked", pgettext_lazy("entry event", "removed a link"), texts=False, icon="link"),
        *(again if register.recurs else ()),
        *own,
    ]


def timer_of(register: Register, due: Due) -> TimerKind:
    """The limit that a day in a field becomes."""
    return TimerKind(
        name=due.timer,
        of=register.name,
        label=due.label,
        starts=register.by_name[due.field].label,
        stops=due.stops,
        source=due.source,
        dated=True,
    )


def kind_of(register: Register) -> Kind:
    """What every room that serves all kinds of things must know of its entries."""
    told = {
        f"{register.name}.{do.event}": (format_lazy("{} · {}", register.one, do.did), do.icon)
        for do in register.steps
        if do.tells
    }
    given = (format_lazy("{} · {}", register.one, pgettext_lazy("entry event", "you answer for it now")), "user-plus")
    return Kind(
        name=register.name,
        model="registers.Entry",
        one=register.one,
        many=register.many,
        number="number",
        series=f"{register.prefix}-2026-001",
        address=lambda entry: reverse("registers:entry", args=[register.name, entry.number]),
        visible=register.visible,
        place=Place(
            key=f"register-{register.name}",
            label=register.many,
            icon=register.icon,
            url_name="registers:list",
            args=(register.name,),
            group=register.group,
            chapter=register.chapter,
            order=register.order,
            roles=frozenset({*register.readers, *register.openers}),
            hint=register.hint,
        ),
        clocks=Watched(things=things_of(register), conditions=conditions_of(register)),
        notices={**told, f"{register.name}.given": given},
        letters=(),
        opens_file=opens_file(register),
        personal=("history", "file", *sorted({place.partition(".")[0] for place in register.personal.values()})),
        erasure=Erasure.STREAM_KEY,
        held=(Held(label=register.many, count=open_entries_of(register)),),
        rebuild=rebuild_entries,
        matters=matters_of,
        spelled=numbers.reader(register.prefix),
    )
