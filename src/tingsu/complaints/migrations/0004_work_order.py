"""The order of work lists as one number (CA-56), with its index, and one of handovers that were refused three times.

Open complaints get their number here, in one statement; the others stand in no work list. Indexes are built without
stopping the work of others.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

NUMBERED = """
UPDATE complaints_complaint c
SET work_key = CASE WHEN c.urgency = 'urgent' THEN 0 WHEN c.grade = 'high_risk' THEN 1 ELSE 2 END * 20000000000::bigint
  + CASE WHEN c.next_due_at IS NULL THEN 99999 * 200000::bigint
    ELSE LEAST((c.next_due_at AT TIME ZONE o.time_zone)::date - DATE '1970-01-01', 99998) * 200000::bigint + 100000
      + floor(EXTRACT(EPOCH FROM (c.next_due_at AT TIME ZONE o.time_zone)::time))::bigint END
FROM kernel_organisation o
WHERE o.id = c.organisation_id AND c.state NOT IN ('closed', 'archived')
"""
OPEN = models.Q(("state__in", ["closed", "archived"]), _negated=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("complaints", "0003_escalated_found"),
        ("kernel", "0006_keys_gone_before"),
    ]

    operations = [
        migrations.AddField(model_name="complaint", name="reasonable_open", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="complaint", name="work_key", field=models.BigIntegerField(default=0)),
        migrations.AddField(model_name="savedview", name="by_limit", field=models.BooleanField(default=False)),
        migrations.RunSQL(NUMBERED, migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=OPEN, fields=["organisation_id", "work_key", "id"], name="complaints_open_work"
            ),
        ),
        AddIndexConcurrently(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(OPEN, ("offer_refusals__gte", 3)),
                fields=["organisation_id", "next_due_at", "id"],
                name="complaints_refused_thrice",
            ),
        ),
    ]
