"""What keeps a member from leaving: what kinds of things say that they answer for (OG-11)."""

import uuid

from tingsu.kernel.kinds import kinds


def holdings_of(member_id: uuid.UUID) -> list[tuple[str, int]]:
    """What the member is still responsible for, in words with a count; empty when nothing."""
    found = [(str(one.label), one.count(member_id)) for kind in kinds().values() for one in kind.held]
    return [(label, number) for label, number in found if number]
