"""When a colleague did something first, and when the investigation began, of the complaints there are: as their histories tell."""

from django.db import migrations

FIRST_ACTIONS = """
UPDATE complaints_complaint c SET first_action_at = e.at
FROM (
  SELECT organisation_id, stream_id, min(at) AS at FROM kernel_event
  WHERE actor_kind = 'member' AND starts_with(kind, 'complaint.') AND data ? 'step' GROUP BY organisation_id, stream_id
) e
WHERE e.organisation_id = c.organisation_id AND e.stream_id = c.id
"""
INVESTIGATIONS = """
UPDATE complaints_complaint c SET investigated_at = e.at
FROM (
  SELECT organisation_id, stream_id, min(at) AS at FROM kernel_event
  WHERE data -> 'set' -> 'state' ->> 1 = 'investigating' GROUP BY organisation_id, stream_id
) e
WHERE e.organisation_id = c.organisation_id AND e.stream_id = c.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0014_first_moments"),
        ("kernel", "0006_keys_gone_before"),
    ]

    operations = [
        migrations.RunSQL(FIRST_ACTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(INVESTIGATIONS, migrations.RunSQL.noop),
    ]
