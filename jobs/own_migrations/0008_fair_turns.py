"""0008_fair_turns of the former label, as it landed, under the present one."""

from foundation.app_labels import relabel_migration

Migration = relabel_migration("jobs.migrations.0008_fair_turns")
