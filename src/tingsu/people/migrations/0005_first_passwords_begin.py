"""First passwords given before their day was noted begin to run out now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0004_first_passwords_end")]

    operations = [
        migrations.RunSQL(
            "UPDATE people_account SET password_given_at = now() WHERE password_given", migrations.RunSQL.noop
        )
    ]
