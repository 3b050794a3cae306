"""Closed files are walked by the day of closing (RC-05); built without stopping others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("complaints", "0023_hour_of_the_event")]

    operations = [
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                fields=["organisation_id", "-closed_at", "-id"],
                condition=models.Q(("closed_at__isnull", False)),
                name="complaints_closed",
            ),
        ),
    ]
