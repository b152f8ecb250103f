from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

QUANTITIES = {"rain_mm": "rain", "max_c": "warmth"}


def keep_what_the_sky_said(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rows = apps.get_model("insight", "RaisedWarning").objects.exclude(sky={})
    for row in rows:
        row.readings = [
            {
                "quantity": quantity,
                "value": row.sky[name],
                "day": row.sky["day"],
                "told_on": row.sky["issued"],
            }
            for name, quantity in QUANTITIES.items()
        ]
        row.save(update_fields=["readings"])


class Migration(migrations.Migration):
    dependencies = [
        ("insight", "0007_patterns"),
    ]

    operations = [
        migrations.AddField("raisedwarning", "readings", models.JSONField(default=list)),
        migrations.RunPython(keep_what_the_sky_said, migrations.RunPython.noop),
        migrations.RemoveField("raisedwarning", "sky"),
    ]
