from django.db import migrations


def write_anew(apps, schema_editor):
    """Records that are there are found by what their names begin with, too."""
    for row in apps.get_model("organisations", "Organisation").objects.order_by("pk").iterator():
        row.save(update_fields=["match_keys"])


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0016_history_of_merged'),
    ]

    operations = [
        migrations.RunPython(write_anew, migrations.RunPython.noop),
    ]
