from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0004_drafts_replies"),
    ]

    operations = [
        migrations.AddField(
            model_name="replydraft",
            name="rephrased_by",
            field=models.CharField(blank=True, max_length=96),
        ),
    ]
