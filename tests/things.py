"""A kind of thing for tests of rooms that serve every kind: nothing but a stream."""

from tingsu.kernel.kinds import Erasure, Kind, declare, kind_or_none

MATTER = Kind(
    name="matter",
    model="kernel.Stream",
    one="Matter",
    many="Matters",
    number="",
    series="",
    address=lambda stream: "",
    visible=lambda actor, rows: rows,
    place=None,
    clocks=None,
    notices={},
    letters=(),
    opens_file=None,
    personal=(),
    erasure=Erasure.NONE,
    held=(),
    rebuild=None,
)


def declare_matter() -> None:
    """Make it known, once a process."""
    if kind_or_none("matter") is None:
        declare(MATTER)
