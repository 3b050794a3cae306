"""What helps people to find, share and work on cases."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tingsu.complaints import terms
from tingsu.complaints.models.complaint import Complaint
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class CaseMember(TenantModel):
    """A member or unit taking part in one case beside the centre: department, function, mediator (PS-11)."""

    complaint = TenantForeignKey(Complaint, related_name="members")
    member_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    role = models.CharField(max_length=20)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint", "member_id", "unit_id", "role"],
                name="complaints_casemember_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["organisation_id", "member_id", "complaint"], name="complaints_casemember_m"),
            models.Index(fields=["organisation_id", "unit_id", "complaint"], name="complaints_casemember_u"),
        ]


class ComplaintLink(TenantModel):
    """Two complaints that belong together; no record is swallowed by another (E17)."""

    complaint = TenantForeignKey(Complaint, related_name="links")
    other = TenantForeignKey(Complaint, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=terms.LinkKind)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "complaint", "other"], name="complaints_link_once"),
            models.CheckConstraint(condition=~models.Q(complaint=models.F("other")), name="complaints_link_not_itself"),
        ]
        indexes = [models.Index(fields=["organisation_id", "other"], name="complaints_link_other")]


class ComplaintMark(TenantModel):
    """One unusual value of a filterable field, as `field:code` (`scene:store`, `categories:16.1`, `crisis:yes`)."""

    complaint = TenantForeignKey(Complaint, related_name="marks")
    mark = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "mark", "complaint"], name="complaints_mark_once")
        ]


class SearchEntry(TenantModel):
    """The words of one complaint, cut in Python. Its id is the complaint's; erased with the person."""

    received_at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="complaints_search_words"),
            models.Index(fields=["organisation_id", "-received_at", "-id"], name="complaints_search_recent"),
        ]


class Presence(TenantModel):
    """Who has a case open right now; forgotten after a minute."""

    complaint = TenantForeignKey(Complaint)
    member_id = models.UUIDField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint", "member_id"], name="complaints_presence_once"
            )
        ]


class SavedView(TenantModel):
    """A member's own queue view: name, filters, and how it looks; or, with a `tab`, how a shipped tab looks to that member."""

    member_id = models.UUIDField()
    name = models.CharField(max_length=40)
    filters = models.JSONField(default=dict)
    position = models.SmallIntegerField(default=0)
    tab = models.CharField(max_length=20, blank=True, default="")
    hidden = models.JSONField(default=list)
    """Columns that are not shown."""
    compact = models.BooleanField(default=False)
    by_limit = models.BooleanField(default=False)
    """Ordered by the nearest limit only (CA-56)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "member_id", "tab", "name"], name="complaints_savedview_name"
            )
        ]


class PaperRun(TenantModel):
    """One document of every case of an approved export, made in the background (RC-11). Its parts are loose files of whoever
    asked: they go after a day.
    """

    entry_id = models.UUIDField()
    """The export in its register: the list, who asked, who approved, until when."""
    asked_by = models.UUIDField()
    document = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    left_out = models.IntegerField(default=0)
    """Cases of which this document does not exist."""
    parts = models.JSONField(default=list)
    """Ids of files, in order."""
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    """Since when it rests, until whoever asked lets it go on."""
    refused = models.BooleanField(default=False)
    """Whoever asked may no longer have the list."""
    cases = models.BinaryField(default=b"")
    """Ids of the cases as they stood on the list when it was asked for, 16 bytes each: what comes later changes no part."""
    turn = models.IntegerField(default=0)
    """How often a worker took it up: one that was overtaken by a later one writes nothing more."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "entry_id", "document", "language"],
                condition=models.Q(ended_at__isnull=True),
                name="complaints_paperrun_one_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "entry_id"], name="complaints_paperrun_of")]
