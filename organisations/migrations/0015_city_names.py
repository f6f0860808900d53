from django.db import migrations


def write_anew(apps, schema_editor):
    """Records that are there are found by every name of their city, too."""
    for row in apps.get_model("organisations", "Organisation").objects.exclude(city="").order_by("pk").iterator():
        row.save(update_fields=["search"])


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0014_order_undone'),
    ]

    operations = [
        migrations.RunPython(write_anew, migrations.RunPython.noop),
    ]
