from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField("account", "password_given", models.BooleanField(default=False)),
        migrations.AddField("member", "name_consent_at", models.DateTimeField(null=True)),
        migrations.AddField("post", "confirmed_at", models.DateTimeField(null=True)),
    ]
