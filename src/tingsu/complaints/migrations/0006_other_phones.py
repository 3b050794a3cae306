"""The fingerprints of further telephones that a person gave in one field."""

import django.db.models.deletion
from django.db import migrations, models

import tingsu.kernel.fields
import tingsu.kernel.ids
import tingsu.kernel.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0005_possible_repeats"),
    ]

    operations = [
        migrations.CreateModel(
            name="OtherPhone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tingsu.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organisation_id",
                    models.UUIDField(default=tingsu.kernel.tenancy.current_organisation_id, editable=False),
                ),
                ("phone_index", tingsu.kernel.fields.BlindIndexField(max_length=17, null=True)),
                ("phone_tail_index", tingsu.kernel.fields.BlindIndexField(max_length=17, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="otherphone",
            name="complaint",
            field=tingsu.kernel.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING, related_name="other_phones", to="complaints.complaint"
            ),
        ),
        migrations.AddField(
            model_name="otherphone",
            name="party",
            field=tingsu.kernel.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING, related_name="other_phones", to="complaints.party"
            ),
        ),
        migrations.AddIndex(
            model_name="otherphone",
            index=models.Index(fields=["organisation_id", "complaint"], name="complaints_other_of"),
        ),
        migrations.AddIndex(
            model_name="otherphone",
            index=models.Index(fields=["organisation_id", "phone_index"], name="complaints_other_phone"),
        ),
        migrations.AddIndex(
            model_name="otherphone",
            index=models.Index(fields=["organisation_id", "phone_tail_index"], name="complaints_other_tail"),
        ),
    ]
