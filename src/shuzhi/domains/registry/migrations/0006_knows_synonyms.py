from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_knows_holders_of_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Synonyms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=32, unique=True)),
                ("name", models.CharField(max_length=64)),
                ("name_en", models.CharField(blank=True, max_length=128)),
                ("words", models.JSONField(default=list)),
            ],
        ),
    ]
