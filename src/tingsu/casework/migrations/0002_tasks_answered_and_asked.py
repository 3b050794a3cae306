"""Indexes of what a department has answered and of what a member has asked for; built without stopping the work of others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("casework", "0001_initial"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="departmenttask",
            index=models.Index(
                condition=models.Q(("state", "answered")),
                fields=["organisation_id", "unit_id", "-answered_at"],
                name="casework_task_answered_unit",
            ),
        ),
        AddIndexConcurrently(
            model_name="departmenttask",
            index=models.Index(fields=["organisation_id", "asked_by", "due_at"], name="casework_task_asked_by"),
        ),
    ]
