"""Sessions of the table before end, once: their keys lay in it in clear. Who was signed in signs in again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0002_open_sessions"), ("sessions", "0001_initial")]

    operations = [migrations.RunSQL("DELETE FROM django_session", migrations.RunSQL.noop)]
