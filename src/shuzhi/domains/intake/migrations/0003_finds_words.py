"""An index of masked words that answers in any language; a search no longer reads every demand."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from shuzhi.domains.intake.services import word_index
from shuzhi.spine.actors import SYSTEM

_CREATE = {
    # Nothing but blanks parts the terms, whatever the table of characters in this SQLite knows of them.
    "sqlite": [
        "CREATE VIRTUAL TABLE intake_wordindex USING fts5(terms, content='',"
        " tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* S* P* C*'\")"
    ],
    "postgresql": [
        "CREATE TABLE intake_wordindex (demand_id bigint PRIMARY KEY, terms tsvector NOT NULL)",
        "CREATE INDEX intake_wordindex_terms ON intake_wordindex USING gin (terms)",
    ],
}


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
    word_index.rebuild(by=SYSTEM)


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE intake_wordindex")


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_finds_repeats")]

    operations = [migrations.RunPython(create, drop)]
