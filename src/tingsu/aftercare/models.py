"""What follows the result: formal notice, rating, callback, closing review, archived file. Free text is sealed."""

from typing import Any

from django.db import models
from django.db.models import Q

from tingsu.complaints.case_rows import CaseRow
from tingsu.kernel.fields import SealedField
from tingsu.kernel.tenancy import TenantForeignKey

INTENT = "result_notice:"
"""What the letter of a notice is for; its round follows."""


class ResultNotice(CaseRow):
    """The formal notice of the result (FB-10). A result that is refused later makes it an earlier one."""

    round = models.SmallIntegerField()
    words = SealedField()
    sent_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField()
    rating_asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    proof_means = models.CharField(max_length=12, blank=True)
    """How it reached them, as somebody of ours recorded it with its receipt; empty while nobody did."""
    proof = SealedField()
    """Number of the receipt or recording, or who signed."""
    delivered_at = models.DateTimeField(null=True)
    """When it arrived by that proof."""
    published_in = models.CharField(max_length=40, blank=True)
    """The channel in which the reply stands online, of infringement and report cases (FB-14)."""
    place = SealedField()
    """Where exactly it stands there."""
    published_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=12, blank=True)
    """On what it stands there, where others may read it too; empty where only the person is answered (PS-11)."""
    ground_words = SealedField()
    """Whose consent of what day, or which law."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "complaint", "round"], name="aftercare_notice_round"),
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"],
                condition=Q(superseded_at__isnull=True),
                name="aftercare_notice_one_current",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "sent_at", "id"],
                condition=Q(superseded_at__isnull=True, reminded_at__isnull=True),
                name="aftercare_notice_to_remind",
            )
        ]

    @property
    def intent(self) -> str:
        """What the notice's letter is for, once for each result."""
        return f"{INTENT}{self.round}"


def _score(**kwargs: object) -> Any:
    return models.SmallIntegerField(**kwargs)  # type: ignore[arg-type]


class Rating(CaseRow):
    """What the complainant thinks of our handling, 1 to 5 (SC-01, SC-06). Only the complainant writes it (SC-14)."""

    append_only = True

    notice = TenantForeignKey(ResultNotice, related_name="ratings")
    party_id = models.UUIDField()
    owner_id = models.UUIDField()
    """Who handled the case when it was rated (SC-13)."""
    department_id = models.UUIDField(null=True)
    """The department responsible then."""
    supplier_id = models.UUIDField(null=True)
    """The supplier's unit in which the handler worked then; null for our own people."""
    score = _score()
    timeliness = _score(null=True)
    effectiveness = _score(null=True)
    attitude = _score(null=True)
    redress = _score(null=True)
    comment = SealedField()
    caller_id = models.UUIDField(null=True)
    """After a low rating: who calls, as the complainant was told (SC-03)."""
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "notice"], name="aftercare_rating_once"),
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="aftercare_rating_score"),
        ]
        indexes = [models.Index(fields=["organisation_id", "-rated_at", "-id"], name="aftercare_rating_recent")]


class Callback(CaseRow):
    """One attempt to reach the complainant after the result, and what was said (SC-02)."""

    append_only = True

    notice = TenantForeignKey(ResultNotice, related_name="callbacks")
    attempt = models.SmallIntegerField()
    reached = models.BooleanField()
    means = models.CharField(max_length=12)
    member_id = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True)
    """Who handled the case when it was called about (SC-13); null of calls before it was kept."""
    department_id = models.UUIDField(null=True)
    supplier_id = models.UUIDField(null=True)
    """As of a rating: the department responsible, and the supplier's unit of the handler."""
    handler = models.BooleanField()
    """Made by the one who handled the case while somebody else could have called: not enough after a low rating (SC-03)."""
    recording = models.CharField(max_length=80, blank=True)
    process_answer = SealedField()
    result_answer = SealedField()
    cause = SealedField()
    review = SealedField()
    """The closing review as JSON, when the caller leaves it to the system to close after the last attempt (P23)."""
    score = _score(null=True)
    called_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "notice", "attempt"], name="aftercare_callback_attempt"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | (Q(score__range=(1, 5)) & ~Q(recording="")),
                name="aftercare_callback_score",
            ),
        ]
        indexes = [models.Index(fields=["organisation_id", "-called_at", "-id"], name="aftercare_callback_recent")]


class ReviewRequest(CaseRow):
    """The complainant asks for review or mediation; somebody who decided nothing on the case answers in writing."""

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"

    kind = models.CharField(max_length=10)
    """review or mediation."""
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    asked_in = models.CharField(max_length=16)
    """The state of the case when it was asked for."""
    owner_id = models.UUIDField()
    """Who handled the case then."""
    reviewer_id = models.UUIDField(null=True)
    """Who was named to the complainant; anybody else who is free of the case may answer too."""
    decided = models.JSONField(default=list)
    """Ids of those who had handled the case or decided on it when it was asked for: a list needs no look at the history."""
    words = SealedField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    result = models.CharField(max_length=16, blank=True)
    answer = SealedField()
    follow_up = models.CharField(max_length=24, blank=True)
    """Number of the complaint in which a changed result is carried out after closing."""
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "complaint"], condition=Q(state="open"), name="aftercare_request_one_open"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "due_at", "id"], condition=Q(state="open"), name="aftercare_request_open"
            ),
            models.Index(
                fields=["organisation_id", "follow_up"], condition=~Q(follow_up=""), name="aftercare_request_carried"
            ),
        ]


class ClosingReview(CaseRow):
    """The short second look at closing: cause, lesson, corrective action yes or no (FB-11)."""

    append_only = True

    cause = SealedField()
    lesson = SealedField()
    action_proposed = models.BooleanField()
    action = SealedField()
    satisfied = models.BooleanField(null=True)
    """From the last rating or callback score; null when nobody rated."""
    originals = models.CharField(max_length=8, blank=True)
    """What became of the material that the complainant gave us: kept, returned, none (RC-12); empty where nothing was said."""
    originals_on = models.DateField(null=True)
    """When it was returned, or looked at for the last time."""
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "complaint"], name="aftercare_review_once")]


class ArchivedFile(CaseRow):
    """The compiled file of a closed case: contents list, class, keeper, place of the paper (RC-01)."""

    append_only = True

    number = models.CharField(max_length=40)
    retention_class = models.CharField(max_length=20)
    retention_version = models.IntegerField()
    keeper_id = models.UUIDField()
    paper_place = SealedField()
    contents = SealedField()
    """JSON list of [kind, title, date] lines."""
    pieces = models.IntegerField()
    archived_by = models.UUIDField(null=True)
    archived_at = models.DateTimeField()
    dispose_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "complaint"], name="aftercare_archived_once"),
            models.UniqueConstraint(fields=["organisation_id", "number"], name="aftercare_archived_number"),
        ]
