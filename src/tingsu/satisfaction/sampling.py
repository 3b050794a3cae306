"""Drawing a sample so that anybody can draw it again: a stored seed, a stored frame, and one rule (SC-05).

Each member of the frame has a place that follows from seed and id alone (SHA-256 of both); the smallest are drawn. So the same seed
and frame give the same sample in any program, and nobody chooses who is asked.
"""

import secrets
import uuid
from collections.abc import Iterable, Sequence
from hashlib import sha256
from math import ceil

from tingsu.figures.fairness import Z

MARGIN = 0.05


def new_seed() -> str:
    """128 bits that nobody chose, as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def digest_of(frame: Iterable[uuid.UUID]) -> str:
    """What proves a frame: SHA-256 over its ids in their order, as bytes."""
    return sha256(b"".join(one.bytes for one in sorted(frame))).hexdigest()


def drawn(frame: Iterable[uuid.UUID], size: int, seed: str) -> list[uuid.UUID]:
    """So many of the frame, in the order in which they were drawn; all of a frame that is smaller."""
    key = bytes.fromhex(seed)
    return sorted(set(frame), key=lambda one: sha256(key + one.bytes).digest())[: max(size, 0)]


def recommended(frame: int) -> int:
    """How many are asked so that a share is known to five points at 95 %, counted for a frame of this size; 385 of very many."""
    if frame <= 0:
        return 0
    free = Z * Z * 0.25 / (MARGIN * MARGIN)
    return min(frame, ceil(free / (1 + (free - 1) / frame)))


def agrees(frame: Sequence[uuid.UUID], size: int, seed: str, digest: str, found: Sequence[uuid.UUID]) -> bool:
    """Does a kept frame, drawn again, give the sample that stands there?"""
    return digest_of(frame) == digest and drawn(frame, size, seed) == list(found)
