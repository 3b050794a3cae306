from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_installation")]

    operations = [
        migrations.RemoveField(model_name="installation", name="mail_held_at"),
        migrations.RemoveField(model_name="installation", name="mail_held_why"),
    ]
