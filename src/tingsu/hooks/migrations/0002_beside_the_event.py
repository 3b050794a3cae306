"""The database itself puts a delivery beside each event that a subscription wants, and asks the worker to send it.

So nothing is forgotten that was recorded in bulk, and recording costs no statement more; without subscriptions, a look at
an empty table for each statement that writes events. A queueing lock for each connection lets no transaction wait for another.
"""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION tingsu_hooks_beside_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE firm uuid;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM hooks_subscription) THEN
    RETURN NULL;
  END IF;
  FOR firm IN
    WITH put AS (
      INSERT INTO hooks_delivery (id, organisation_id, subscription_id, event_id, stream_id, seq, kind, state, tries, due_at, created_at, again)
      SELECT gen_random_uuid(), f.organisation_id, s.id, f.id, f.stream_id, f.seq, f.kind, 'waiting', 0, clock_timestamp(), clock_timestamp(), false
      FROM fresh f
      JOIN hooks_subscription s ON s.organisation_id = f.organisation_id AND s.state <> 'ended'
        AND s.kinds ?| ARRAY[f.kind::text, split_part(f.kind, '.', 1) || '.*']
      RETURNING organisation_id
    )
    SELECT DISTINCT organisation_id FROM put
  LOOP
    INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args)
    VALUES ('hooks', 'hooks.tasks.deliver', 'hooks.' || firm || '.' || pg_backend_pid(), jsonb_build_object('organisation', firm::text))
    ON CONFLICT DO NOTHING;
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER hooks_beside_events AFTER INSERT ON kernel_event
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION tingsu_hooks_beside_events();
"""
DROP = """
DROP TRIGGER IF EXISTS hooks_beside_events ON kernel_event;
DROP FUNCTION IF EXISTS tingsu_hooks_beside_events();
"""


class Migration(migrations.Migration):
    dependencies = [("hooks", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(CREATE, DROP)]
