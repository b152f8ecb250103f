from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0008_warnings_keep_readings"),
    ]

    operations = [
        migrations.AddField("forecastrun", "breaks", models.JSONField(default=list)),
        migrations.AlterField("forecast", "last_week", models.FloatField(null=True)),
    ]
