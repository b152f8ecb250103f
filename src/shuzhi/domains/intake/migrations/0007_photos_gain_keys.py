from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0006_keeps_models"),
    ]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="sealed_key",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
