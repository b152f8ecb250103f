from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_entries_are_found_by_subject")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["organ", "series", "id"], name="ledger_of_organ_and_series"),
        ),
        migrations.RemoveIndex(model_name="entry", name="ledger_of_organ"),
        migrations.RemoveIndex(model_name="entry", name="ledger_of_series"),
    ]
