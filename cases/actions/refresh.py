"""Tasks follow the facts: read off again at the end of every action, and every night."""

from organisations.models import User

from ..models import Case, Task
from ..models.facts import facts_of
from ..models.read_once import ReadOnce
from ..rules.tasks import Cause, derived
from ..rules.workflow import Stage


def tasks(case: Case, *, by: User, known: ReadOnce | None = None) -> None:
    """Make the derived tasks of the case say what its facts ask now.

    `known`: of a case that is just being opened, all its rows; it has no task yet.

    A task whose cause is gone goes; one that somebody let lapse stays so until its day changes. No audit row: the deed
    that changed the facts has one.
    """
    wanted = {
        (due.cause.value, due.subject): due.due_on
        for due in derived(Stage(case.stage), facts_of(case, all_asked=True, known=known))
    }
    written = case.task_set.exclude(cause=Cause.MANUAL) if known is None else ()
    have = {(task.cause, task.subject): task for task in written}
    gone = [task.pk for key, task in have.items() if key not in wanted and task.is_open]
    if gone:
        case.task_set.filter(pk__in=gone).delete()
    for key, task in have.items():
        if key in wanted and task.due_on != wanted[key]:
            task.due_on = wanted[key]
            task.lapsed_at = task.lapsed_by = task.lapse_reason = None
            task.save(update_fields=["due_on", "lapsed_at", "lapsed_by", "lapse_reason"])
    new = [
        Task(case=case, cause=cause, subject=subject, due_on=due_on, created_by=by)
        for (cause, subject), due_on in wanted.items()
        if (cause, subject) not in have
    ]
    if new:
        Task.objects.bulk_create(new, ignore_conflicts=True)
