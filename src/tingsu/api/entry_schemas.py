"""What programs read of the entries of registers: the same for every one of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from tingsu.api.schemas import OptionOut, PromiseOut


class EntryOut(Schema):
    """One entry as lists show it; texts as the token may see them."""

    number: str
    title: str
    state: str
    state_words: str
    columns: dict[str, str]
    """The fields that the list of this register shows, in words."""
    opened_at: datetime
    entered_at: datetime | None
    owner_id: UUID | None
    owner: str
    unit_id: UUID | None
    next_due_at: datetime | None
    next_due_kind: str
    speaks_of: date | None
    expires_on: date | None
    version: int


class EntryPageOut(Schema):
    """A page of a register, and the key of the next one."""

    items: list[EntryOut]
    next: str | None


class EntryFieldOut(Schema):
    """One field that holds something: as it is kept (codes, ids, fen, lines of a table), and in words."""

    name: str
    label: str
    value: Any
    words: str


class EntryLinkOut(Schema):
    """What it is linked with, as far as the token sees it."""

    id: UUID | None
    """By which it is taken away again; null for a link that stands on the other entry."""
    type: str
    how: str
    kind: str
    name: str


class EntryFileOut(Schema):
    """One file of the entry."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    received_at: datetime


class EntryCommentOut(Schema):
    """What somebody wrote beside it."""

    at: datetime
    who: str
    text: str


class EntryToldOut(Schema):
    """One event in words, with what was given to the step."""

    at: datetime
    kind: str
    who: str
    words: str
    lines: list[str]


class EntryStepOut(Schema):
    """A step that life cycle and roles allow now, what it still waits for, and what its fields may take."""

    step: str
    label: str
    target: str | None
    unmet: list[str]
    options: dict[str, list[OptionOut]]


class EntryReaderOut(Schema):
    """Somebody who is to read an entry."""

    member_id: UUID
    name: str


class EntryReceiptOut(EntryReaderOut):
    """Somebody has read and understood it, on which day, and how it reached them."""

    on: date
    means: str


class EntryReceiptsOut(Schema):
    """Who was asked to read an entry in force, who has confirmed it, and who has not."""

    asked: int
    read: list[EntryReceiptOut]
    unread: list[EntryReaderOut]


class EntryDetail(EntryOut):
    """One entry with everything its page says."""

    clauses: list[str]
    fields: list[EntryFieldOut]
    links: list[EntryLinkOut]
    files: list[EntryFileOut]
    comments: list[EntryCommentOut]
    history: list[EntryToldOut]
    promises: list[PromiseOut]
    receipts: EntryReceiptsOut | None
    """Of documents and statements that people confirm to have read, for whoever sees the whole register; else null."""
    steps: list[EntryStepOut]
