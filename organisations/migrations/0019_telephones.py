from django.db import migrations


def write_anew(apps, schema_editor):
    """Records that are there are found by their telephone numbers, too."""
    for row in apps.get_model("organisations", "Organisation").objects.order_by("pk").iterator():
        row.save(update_fields=["search"])


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0018_common_names'),
    ]

    operations = [
        migrations.RunPython(write_anew, migrations.RunPython.noop),
    ]
