import { IconEyeOff } from "@tabler/icons-react";

import { describeMissingRight } from "@/lib/job-rights";
import classes from "./hidden-contents.module.css";

/** Shown instead of payload, log and result to a user who may only see that jobs of this type run. */
export function HiddenContents({ jobType, what = "Payload, log and result are hidden from you." }: { jobType: string; what?: string }) {
  return (
    <p className={classes.note}>
      <IconEyeOff size={18} aria-hidden />
      <span>
        {what} {describeMissingRight("read", jobType)}
      </span>
    </p>
  );
}
