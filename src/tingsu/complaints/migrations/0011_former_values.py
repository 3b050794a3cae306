from django.db import migrations, models

import tingsu.kernel.fields


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0010_walked_in_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="party", name="former", field=tingsu.kernel.fields.SealedField(blank=True, null=True)
        ),
        migrations.AddField(model_name="party", name="reached_since", field=models.DateTimeField(null=True)),
    ]
