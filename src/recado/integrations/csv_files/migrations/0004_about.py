from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("csv_files", "0003_taken_back_in_pieces"),
    ]

    operations = [
        migrations.AddField(
            model_name="importfile",
            name="about",
            field=models.CharField(db_default="visits", default="visits", max_length=8),
        ),
    ]
