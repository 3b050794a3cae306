"""What each document says about each timer of a complaint (requirements §31.1): the clause, and whether it gives the number.

Where a document is not named, its profile takes the line of the strictest. Where it speaks without a number ("at once", "in
time", "set by the enterprise"), its profile has the strictest's number, marked as our own.
"""

from collections.abc import Mapping
from dataclasses import replace

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit

ISC, SZ, SVC, CTS, MICRO = "isc", "sz", "svc", "cts", "micro"
GIVES, LEAVES_OPEN = True, False

SAID: Mapping[str, tuple[tuple[str, str, bool], ...]] = {
    "acknowledgement": ((SZ, "SZ 6(4)", LEAVES_OPEN), (CTS, "CTS 8.2 c", LEAVES_OPEN), (MICRO, "SZ F.3", LEAVES_OPEN)),
    "urgent_response": (
        (ISC, "ISC 8.2.2", LEAVES_OPEN),
        (SZ, "SZ 6(5)", LEAVES_OPEN),
        (SVC, "SVC 1.3.2", GIVES),
        (CTS, "CTS 8.2 b", LEAVES_OPEN),
    ),
    "handling_start": ((SVC, "SVC 1.3.2", GIVES), (MICRO, "SZ F.5", LEAVES_OPEN)),
    "progress_feedback": ((ISC, "ISC 9.1.2", GIVES), (SZ, "SZ 6(3)", LEAVES_OPEN)),
    "repeat_solution": ((SVC, "SVC 3.1.3", GIVES), (CTS, "CTS 8.4", LEAVES_OPEN)),
    "investigation": (
        (ISC, "ISC 8.2.2", LEAVES_OPEN),
        (SZ, "SZ 6(1)", LEAVES_OPEN),
        (CTS, "CTS 8.1 b1", LEAVES_OPEN),
        (MICRO, "SZ F.5", LEAVES_OPEN),
    ),
    "solution": (
        (ISC, "ISC 8.2.2", LEAVES_OPEN),
        (SZ, "SZ 6(7), 6(8)", LEAVES_OPEN),
        (CTS, "CTS 8.1 b1", LEAVES_OPEN),
        (MICRO, "SZ F.5", LEAVES_OPEN),
    ),
}
FIRST_REPLY = (
    Limit(amount=24, unit=Unit.HOUR, basis="ISC 9.1.1.2", ours=True, profile=ISC),
    Limit(amount=24, unit=Unit.HOUR, basis="ISC 9.1.1.2", when={"mode": ("internet",)}, profile=ISC),
    Limit(amount=24, unit=Unit.HOUR, basis="ISC 9.1.1.2", when={"mode": ("email",)}, profile=ISC),
    Limit(amount=15, unit=Unit.WORKING_DAY, basis="ISC 9.1.1.3", when={"mode": ("letter",)}, profile=ISC),
)
"""ISC gives a number for the platform, for e-mail and for letters; for the telephone it is our own."""


def in_each_profile(timer: str, *strictest: Limit) -> tuple[Limit, ...]:
    """The lines of the strictest, and of each document that speaks of this timer."""
    return (
        *strictest,
        *(
            replace(limit, profile=profile, basis=basis, ours=not gives)
            for profile, basis, gives in SAID.get(timer, ())
            for limit in strictest
        ),
    )
