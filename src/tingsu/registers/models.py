"""Entries of every register: what all have in common in columns, codes as data, texts sealed."""

import json

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tingsu.kernel.crypto import Erased
from tingsu.kernel.fields import SealedField
from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel
from tingsu.registers.saying import SAID, worded

ALSO = "also"
"""Below it `hands` keeps everybody who took a step that does not lead on."""


class Entry(TenantModel):
    """One entry of one register as it stands now. Its id is the id of its stream; the ledger rebuilds it.

    One table for all registers, because lists, clocks, links, evidence and search ask across them; what only one register
    knows lies in `codes` and in the sealed `texts`, and what lists filter by in facets of their own.
    """

    stream = TenantForeignKey(Stream, db_column="stream_id", related_name="+")
    register = models.CharField(max_length=30)
    number = models.CharField(max_length=30)
    state = models.CharField(max_length=20)
    entered_at = models.DateTimeField(null=True)
    """Since when it is in this state."""
    owner_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    opened_by = models.UUIDField(null=True)
    """The member, or the one a program acts for; null when a rule opened it."""
    opened_at = models.DateTimeField()
    next_due_at = models.DateTimeField(null=True)
    next_due_kind = models.CharField(max_length=40, blank=True)
    next_due_started_at = models.DateTimeField(null=True)
    speaks_of = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    codes = models.JSONField(default=dict)
    texts = SealedField()
    """A JSON object of texts by field, under the key of the stream."""
    hands = models.JSONField(default=dict)
    """Who took which step last, and below `ALSO` everybody who took one that does not lead on: what approval by another person asks."""
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "number"], name="registers_entry_number")]
        indexes = [
            models.Index(fields=["organisation_id", "register", "-opened_at", "-id"], name="registers_entry_recent"),
            models.Index(
                fields=["organisation_id", "register", "state", "-opened_at", "-id"], name="registers_entry_state"
            ),
            models.Index(fields=["organisation_id", "owner_id", "-opened_at", "-id"], name="registers_entry_owner"),
            models.Index(fields=["organisation_id", "owner_id", "state"], name="registers_entry_owned"),
            models.Index(fields=["organisation_id", "unit_id", "-opened_at", "-id"], name="registers_entry_unit"),
            models.Index(fields=["organisation_id", "opened_by", "-opened_at", "-id"], name="registers_entry_opener"),
            models.Index(
                fields=["organisation_id", "register", "expires_on"],
                condition=models.Q(expires_on__isnull=False),
                name="registers_entry_expires",
            ),
        ]

    def note_hand(self, step: str, member: str, *, goes_on: bool) -> None:
        """Somebody took a step; of one after which the entry goes on as it is (writing, judging) each hand is kept."""
        if goes_on and member:
            before = self.hands.get(ALSO, {})
            self.hands[ALSO] = {**before, step: sorted({*before.get(step, ()), member})}
        self.hands[step] = member

    def hands_in(self, *steps: str) -> set[str]:
        """Ids of everybody who had a hand in one of these steps."""
        also = self.hands.get(ALSO, {})
        return {one for step in steps for one in (self.hands.get(step), *also.get(step, ())) if one}

    def written(self) -> dict[str, str]:
        """Its texts by field; load it with its stream. Raises Erased."""
        key = self.stream.key()
        return dict(json.loads(key.open(self.texts, f"entry:{self.pk}:texts"))) if self.texts else {}

    def written_or_none(self) -> dict[str, str] | None:
        """The same, None once they have been erased."""
        try:
            return self.written()
        except Erased:
            return None

    def worded_or_none(self) -> dict[str, str] | None:
        """The same as it is read: what the system wrote itself in the reader's language."""
        texts, said = self.written_or_none(), self.codes.get(SAID)
        return worded(texts, said) if texts and said else texts

    def write(self, texts: dict[str, str]) -> None:
        """Seal all its texts anew. Raises Erased."""
        content = json.dumps({name: text for name, text in texts.items() if text}, ensure_ascii=False)
        self.texts = self.stream.key().seal(content, f"entry:{self.pk}:texts")

    def get_state_display(self) -> str:
        """The present state in words."""
        from tingsu.registers.declaration import register_named

        known = register_named(self.register)
        return str(known.state_by_code[self.state].label) if known and self.state in known.state_by_code else self.state


class EntryFacet(TenantModel):
    """One code of an entry by which its list is filtered: row-level security would switch an index on JSON off."""

    entry = TenantForeignKey(Entry, related_name="facets")
    register = models.CharField(max_length=30)
    name = models.CharField(max_length=40)
    value = models.CharField(max_length=60)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "entry", "name", "value"], name="registers_facet_once")
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "register", "name", "value", "-opened_at", "-entry"],
                name="registers_facet_list",
            )
        ]


class EntryLink(TenantModel):
    """A typed link between two things with histories, at least one of them an entry; read from both ends."""

    entry = TenantForeignKey(Entry, related_name="links")
    other = TenantForeignKey(Stream, related_name="+")
    kind = models.CharField(max_length=20)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "entry", "other", "kind"], name="registers_link_once")
        ]
        indexes = [models.Index(fields=["organisation_id", "other", "-made_at"], name="registers_link_back")]


class EntryWords(TenantModel):
    """The words of one entry, cut in Python. Its id is the entry's; erased with its texts."""

    register = models.CharField(max_length=30)
    opened_at = models.DateTimeField()
    words = SearchVectorField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="registers_words"),
            models.Index(fields=["organisation_id", "register", "-opened_at", "-id"], name="registers_words_recent"),
        ]


class EntryView(TenantModel):
    """A list with its filters under a name of a member's own."""

    member_id = models.UUIDField()
    register = models.CharField(max_length=30)
    name = models.CharField(max_length=40)
    query = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "member_id", "register", "name"], name="registers_view_name"
            )
        ]


class Receipt(TenantModel):
    """Somebody has read an entry in force, and understood it. Once a person; a new version is a new entry and asks anew."""

    entry = TenantForeignKey(Entry, related_name="receipts")
    register = models.CharField(max_length=30)
    member_id = models.UUIDField()
    means = models.CharField(max_length=20)
    """How it reached them: read here, training, publicity …"""
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "entry", "member_id"], name="registers_receipt_once")
        ]
        indexes = [models.Index(fields=["organisation_id", "member_id", "-on"], name="registers_receipt_member")]
