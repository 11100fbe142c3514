"""How much a text may say is chosen for a channel, and clinical words for one phone. Rows that stood are about SMS."""

from django.db import migrations, models

KEY = "consent_privacychoice"


class Migration(migrations.Migration):
    dependencies = [("consent", "0008_papers")]

    operations = [
        migrations.AddField(
            model_name="privacychoice",
            name="channel",
            field=models.CharField(db_default="sms", default="sms", max_length=8),
        ),
        migrations.AddField(
            model_name="privacychoice",
            name="phone_bi",
            field=models.BinaryField(max_length=16, null=True),
        ),
        # Django changes no composite key. The table has a row for each patient who chose something: a moment's lock.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE {KEY} DROP CONSTRAINT {KEY}_pkey, ADD PRIMARY KEY (clinic_id, patient_id, channel)",
                    f"ALTER TABLE {KEY} DROP CONSTRAINT {KEY}_pkey, ADD PRIMARY KEY (clinic_id, patient_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="privacychoice",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "clinic_id",
                        "patient_id",
                        "channel",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
    ]
