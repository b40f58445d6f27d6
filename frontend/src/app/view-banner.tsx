import { Button } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";

import { useEndView } from "@/features/session/api/view-as";
import { describeError } from "@/lib/api-error";
import { useCurrentUser } from "@/lib/current-user";
import { showToast } from "@/lib/toast";
import classes from "./view-banner.module.css";

/** Says above each page that an admin looks at the platform as somebody else, with the way out of that. */
export function ViewBanner() {
  const { username, role, viewer } = useCurrentUser();
  const end = useEndView();
  if (!viewer) return null;
  // Who looks as anybody with a role keeps the own name.
  const shown = viewer === username ? `anybody with the role ${role}` : `${username} (${role})`;
  return (
    <section className={classes.banner} aria-label="Looking as somebody else">
      <IconEye size={20} aria-hidden className={classes.icon} />
      <p className={classes.words}>You look at the platform as {shown}. Nothing can be changed.</p>
      <Button
        size="compact-sm"
        variant="default"
        loading={end.isPending}
        onClick={() => end.mutate(undefined, { onError: (error) => showToast("bad", describeError(error)) })}
      >
        End
      </Button>
    </section>
  );
}
