"""Each escalation risk that is marked, by itself (TR-19, TR-22). Facts of complaints with a mark are folded anew by the next night's look."""

from typing import Any

from django.db import migrations, models


def fold_anew(apps: Any, schema_editor: Any) -> None:
    """A fact that knows less of its history than there is, is made again by `figures.catch_up`."""
    marked = apps.get_model("complaints", "Complaint").objects.exclude(risk_marks=[])
    apps.get_model("figures", "Fact").objects.filter(pk__in=marked.values("pk")).update(seq=0)


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0025_short_evaluation"),
        ("figures", "0006_loyalty_and_exposure"),
    ]

    operations = [
        migrations.AddField(
            model_name="fact",
            name="litigation_risk",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="fact",
            name="opinion_risk",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="fact",
            name="penalty_risk",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(fold_anew, migrations.RunPython.noop),
    ]
