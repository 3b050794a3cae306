"""What knowledge keeps beside its registers: published versions, who uses which, how help is found and whether it helped."""

import json

from django.db import models

from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel
from tingsu.registers.models import Entry


class Edition(TenantModel):
    """One published version of one entry, as it was read; while the next one is written, the newest stays in use (SK-08)."""

    entry = TenantForeignKey(Entry, related_name="published")
    number = models.IntegerField()
    kind = models.CharField(max_length=10)
    texts = SealedField()
    """A JSON object of texts by field, under the key of the entry's stream."""
    codes = models.JSONField(default=dict)
    in_use = models.BooleanField(default=True)
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    written_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "entry", "number"], name="knowledge_edition_once"),
            models.UniqueConstraint(
                fields=["organisation_id", "entry"], condition=models.Q(in_use=True), name="knowledge_one_in_use"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "kind", "-published_at"],
                condition=models.Q(in_use=True),
                name="knowledge_in_use",
            )
        ]

    def seal(self, texts: dict[str, str]) -> None:
        """Keep the texts of this version. Raises Erased."""
        content = json.dumps(texts, ensure_ascii=False)
        self.texts = self.entry.stream.key().seal(content, f"edition:{self.pk}:texts")

    def written(self) -> dict[str, str]:
        """Its texts by field; load it with the stream of its entry. Raises Erased."""
        return (
            dict(json.loads(self.entry.stream.key().open(self.texts, f"edition:{self.pk}:texts"))) if self.texts else {}
        )


class Use(TenantModel):
    """That somebody put an entry to use, how often, and whether it was of use: who is told when it changes (SK-08)."""

    entry = TenantForeignKey(Entry, related_name="uses")
    member_id = models.UUIDField()
    times = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    useful = models.BooleanField(null=True)
    rated_at = models.DateTimeField(null=True)
    rated_version = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "entry", "member_id"], name="knowledge_use_once")
        ]


class Helped(TenantModel):
    """How often a public article was opened and whether it helped, by month: numbers and nothing of anybody (SK-07)."""

    entry = TenantForeignKey(Entry, related_name="helped")
    month = models.CharField(max_length=7)
    shown = models.IntegerField(default=0)
    yes = models.IntegerField(default=0)
    no = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "entry", "month"], name="knowledge_helped_once")
        ]


class Sought(TenantModel):
    """Words for which nothing was found, by a keyed fingerprint; the words themselves only once several people asked (SK-09)."""

    fingerprint = BlindIndexField(null=False)
    times = models.IntegerField(default=1)
    words = models.CharField(max_length=40, blank=True)
    askers = models.JSONField(default=list)
    """Keyed fingerprints of who asked for these words, until several did: one person is counted once, on however many days."""
    last_on = models.DateField()
    question_id = models.UUIDField(null=True)
    """The question that was opened for it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "fingerprint"], name="knowledge_sought_once")]
        indexes = [models.Index(fields=["organisation_id", "last_on"], name="knowledge_sought_on")]
