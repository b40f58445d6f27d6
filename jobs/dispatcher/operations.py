"""Operations on many jobs go on, a part at a time."""

from __future__ import annotations

from jobs.services import operation_work

LOOK_EVERY_SECONDS = 1.0


class Operations:
    def turn(self) -> float:
        return 0.0 if operation_work.work_on_next_part() else LOOK_EVERY_SECONDS
