"""What the reactions of a complaint's transaction share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tingsu.kernel.ledger import Companion

if TYPE_CHECKING:
    from tingsu.complaints.case import Case

CASE: Companion[Case] = Companion("case")
"""The open case of an action under way; it writes itself when the action finishes."""
