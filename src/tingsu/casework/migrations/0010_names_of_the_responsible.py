"""Which department or partner a share means: several of one kind may be responsible (IV-15)."""

from django.db import migrations

import tingsu.kernel.fields


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0009_bases_of_losses"),
    ]

    operations = [
        migrations.AddField(
            model_name="investigation",
            name="responsibility_names",
            field=tingsu.kernel.fields.SealedField(blank=True, null=True),
        ),
    ]
