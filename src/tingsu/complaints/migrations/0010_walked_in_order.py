"""Indexes by which tabs of the queue are counted and one's own cases are walked in order; built without stopping others."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

OPEN = models.Q(("state__in", ["closed", "archived"]), _negated=True)
TABS = (
    ("risky", models.Q(("grade", "high_risk"))),
    ("complainant", models.Q(("waiting_on", "complainant"))),
    ("repeated", models.Q(("repeated", True))),
)


def index(name: str, fields: list[str], condition: models.Q | None = None) -> AddIndexConcurrently:
    return AddIndexConcurrently(
        model_name="complaint",
        index=models.Index(fields=["organisation_id", *fields], name=f"complaints_{name}", condition=condition),
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("complaints", "0009_product_type"),
        ("kernel", "0007_practice_copies"),
    ]

    operations = [
        index("open_own_work", ["owner_id", "work_key", "id"], OPEN),
        index("own", ["owner_id", "-received_at", "-id"]),
        *(index(f"open_{name}", ["work_key", "id"], OPEN & where) for name, where in TABS),
        RemoveIndexConcurrently(model_name="complaint", name="complaints_ended_owner"),
    ]
