"""An evidence pack while it is made and as long as it may be fetched: its parts, and what stands in each."""

from django.db import models

from tingsu.kernel.tenancy import TenantModel


class PackRun(TenantModel):
    """How far a pack is. Its id is the id of its entry."""

    total = models.IntegerField(default=0)
    """Records that go into it."""
    done = models.IntegerField(default=0)
    turn = models.IntegerField(default=0)
    """Whoever took it up last writes; a worker that was overtaken writes nothing more."""
    ended_at = models.DateTimeField(null=True)


class PackPart(TenantModel):
    """Some records of a pack in one sealed file."""

    run_id = models.UUIDField()
    place = models.IntegerField()
    file_id = models.UUIDField()
    contents = models.JSONField(default=list)
    """What stands in it: name, SHA-256, size; of a record its register, number, day and clauses too."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "run_id", "place"], name="conformity_part_place")
        ]
