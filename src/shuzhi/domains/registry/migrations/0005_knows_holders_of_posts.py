from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0004_knows_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="holder",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
