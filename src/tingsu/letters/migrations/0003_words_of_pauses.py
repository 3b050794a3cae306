from django.db import migrations


class Migration(migrations.Migration):
    """What servers said of an addressee during pauses stood in the clear; the letters themselves keep it, sealed."""

    dependencies = [("letters", "0002_retries_and_pause")]
    operations = [
        migrations.RunSQL("UPDATE letters_mailpause SET said = '' WHERE said LIKE '%@%'", migrations.RunSQL.noop)
    ]
