"""Their rows stand in the register kit."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0002_event_records_move_to_the_registers"),
    ]

    operations = [
        migrations.DeleteModel(name="MajorEventEntry"),
        migrations.DeleteModel(name="MajorEventCase"),
        migrations.DeleteModel(name="MajorEvent"),
    ]
