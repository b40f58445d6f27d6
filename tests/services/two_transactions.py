"""Runs two changes at the same moment: the second begins while the first has not committed."""

from __future__ import annotations

import threading

from django.db import connection

from foundation.errors import AppError


def run_both(first, second, *, held_at):
    """Runs `first` up to the end of its transaction, and starts `second` while that waits to commit.

    `held_at`: module, name of the function after which `first` waits. Returns the errors of both.
    """
    module, name = held_at
    real, in_first = getattr(module, name), threading.local()
    reached, go_on, errors = threading.Event(), threading.Event(), []

    def hold(*args, **named):
        result = real(*args, **named)
        if getattr(in_first, "yes", False):
            reached.set()
            assert go_on.wait(timeout=20)
        return result

    def run(change, *, is_first):
        in_first.yes = is_first
        try:
            change()
        except AppError as exc:
            errors.append(exc)
        finally:
            connection.close()

    setattr(module, name, hold)
    try:
        threads = [threading.Thread(target=run, args=(first,), kwargs={"is_first": True})]
        threads[0].start()
        assert reached.wait(timeout=20)
        threads.append(threading.Thread(target=run, args=(second,), kwargs={"is_first": False}))
        threads[1].start()
        wait_for_a_lock(threads[1])
        go_on.set()
        for thread in threads:
            thread.join(timeout=30)
            assert not thread.is_alive()
    finally:
        go_on.set()
        setattr(module, name, real)
    return errors


def wait_for_a_lock(thread):
    """Waits until the thread's transaction waits for a row, or is done without."""
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            thread.join(timeout=0.02)
