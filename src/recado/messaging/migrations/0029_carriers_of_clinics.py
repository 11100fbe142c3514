"""Whose a carrier is, and what a number of ours is for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("messaging", "0028_stops_by_channel"),)

    operations = (
        migrations.AddField("carrieraccount", "kept_by", models.UUIDField(null=True)),
        migrations.AddField("receivingnumber", "note", models.CharField(db_default="", default="", max_length=80)),
    )
