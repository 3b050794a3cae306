"""What is at stake and what was avoided (KP-14). Facts of complaints with an amount or a way outside are folded anew by the next night's look."""

from django.db import migrations, models


def fold_anew(apps, schema_editor):
    """A fact that knows less of its history than there is, is made again by `figures.catch_up`."""
    facts = apps.get_model("figures", "Fact").objects
    demands = apps.get_model("complaints", "Demand").objects.filter(amount_fen__isnull=False)
    ways = apps.get_model("settlement", "OutsideCase").objects
    for rows in (demands, ways):
        facts.filter(pk__in=rows.values("complaint_id")).update(seq=0)


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0025_short_evaluation"),
        ("figures", "0005_supplier_of_the_handler"),
        ("settlement", "0007_course_of_outside_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="fact",
            name="asked_fen",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="fact",
            name="avoided_fen",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="fact",
            name="outside",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="fact",
            name="outside_fen",
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunPython(fold_anew, migrations.RunPython.noop),
    ]
