from django.db import migrations, models

import tingsu.kernel.fields


class Migration(migrations.Migration):
    dependencies = [
        ("aftercare", "0003_proof"),
    ]

    operations = [
        migrations.AddField(
            model_name="resultnotice", name="ground", field=models.CharField(blank=True, max_length=12)
        ),
        migrations.AddField(
            model_name="resultnotice",
            name="ground_words",
            field=tingsu.kernel.fields.SealedField(blank=True, null=True),
        ),
    ]
