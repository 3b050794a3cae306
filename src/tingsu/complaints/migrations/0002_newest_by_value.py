"""Indexes that find the newest complaints of a rare value; built without stopping the work of others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

FULL = ("state", "problem_type", "mode")
BESIDE_THE_USUAL = (("grade", ""), ("urgency", "normal"), ("waiting_on", "us"), ("verdict", ""), ("outcome", ""))


def newest_by(column: str, condition: models.Q | None = None) -> AddIndexConcurrently:
    return AddIndexConcurrently(
        model_name="complaint",
        index=models.Index(
            fields=["organisation_id", column, "-received_at", "-id"],
            name=f"complaints_by_{column}",
            condition=condition,
        ),
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("complaints", "0001_initial"),
        ("kernel", "0001_initial"),
    ]

    operations = [
        *(newest_by(column) for column in FULL),
        *(newest_by(column, models.Q((column, usual), _negated=True)) for column, usual in BESIDE_THE_USUAL),
    ]
