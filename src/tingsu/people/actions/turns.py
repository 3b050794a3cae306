"""What holds over several people or units at once is changed by one person at a time."""

from tingsu.kernel.sql import take_turns
from tingsu.kernel.tenancy import current_organisation_id


def in_turn() -> None:
    """First in a transaction that gives or ends posts, or moves units: whoever does so too waits until it ends.

    A person's own stream does not lock what is true of all of them: somebody manages people, one body, a seat is held once, no
    circle of units, none closed in which somebody was just given a post.
    """
    take_turns(f"people:{current_organisation_id()}")
