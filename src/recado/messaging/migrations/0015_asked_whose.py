"""Texts that could be several clinics': who wrote them, and when they were asked which one they mean."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0014_route_places")]

    operations = [
        migrations.AddField(
            model_name="inboundraw",
            name="phone_bi",
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="inboundraw",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
    ]
