from django.db import migrations


class Migration(migrations.Migration):
    """Keys that were destroyed before erasures stood in the ledger: empty, so that `verify` asks for the event of later ones only."""

    dependencies = [("kernel", "0005_proposals")]

    operations = [
        migrations.RunSQL(
            "UPDATE kernel_stream SET wrapped_key = '' WHERE wrapped_key IS NULL", migrations.RunSQL.noop
        ),
    ]
