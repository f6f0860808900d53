from django.db import migrations

# Of so many tokens the database remembers how common each is: a search for a given and a family name begins with the rarer one.
REMEMBERED = 1_000


def remember(apps, schema_editor):
    table = apps.get_model("organisations", "BlindIndex")._meta.db_table
    schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN token SET STATISTICS {REMEMBERED}")
    schema_editor.execute(f"ANALYZE {table}")


def forget(apps, schema_editor):
    table = apps.get_model("organisations", "BlindIndex")._meta.db_table
    schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN token SET STATISTICS DEFAULT")


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0017_names_that_begin'),
    ]

    operations = [
        migrations.RunPython(remember, forget),
    ]
