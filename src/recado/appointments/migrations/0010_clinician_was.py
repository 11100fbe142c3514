from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0009_wait_until"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="clinician_was",
            field=models.CharField(max_length=120, null=True),
        ),
    ]
