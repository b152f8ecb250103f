import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0009_forecasts_know_breaks"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptIndex",
            fields=[
                (
                    "block",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="insight.block",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("heard", models.BigIntegerField()),
                ("index", models.BinaryField()),
            ],
        ),
    ]
