from django.db import migrations


def write_anew(apps, schema_editor):
    """Records that are there are known and found by their telephone number in whichever way it is written."""
    for row in apps.get_model("organisations", "Organisation").objects.order_by("pk").iterator():
        row.save(update_fields=["match_keys", "search"])


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0019_telephones'),
    ]

    operations = [
        migrations.RunPython(write_anew, migrations.RunPython.noop),
    ]
