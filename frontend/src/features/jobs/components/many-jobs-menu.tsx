import { Button } from "@mantine/core";
import { IconChevronDown, IconPlayerStop, IconRepeat } from "@tabler/icons-react";
import { useState } from "react";

import { closeDropdown, Dropdown } from "@/components/dropdown";
import item from "@/components/menu-item.module.css";
import { useMaySomewhere } from "@/lib/job-rights";
import type { ManyAction } from "../api/many-jobs";
import type { JobFilterState } from "../use-job-filters";
import { ManyJobsDialog } from "./many-jobs-dialog";

/** The menu of actions for all jobs that match the filters. It has those actions that the user may perform on some job type. */
export function ManyJobsMenu({ state }: { state: JobFilterState }) {
  const [action, setAction] = useState<ManyAction | null>(null);
  const mayStop = useMaySomewhere("stop");
  const mayRun = useMaySomewhere("run");
  const selection = state.any ? "matching jobs" : "jobs";
  const choose = (button: Element, chosen: ManyAction): void => {
    closeDropdown(button);
    setAction(chosen);
  };
  if (!mayStop && !mayRun) return null;
  return (
    <>
      <Dropdown
        label={`All ${selection}`}
        align="end"
        trigger={(opens) => (
          <Button {...opens} variant="default" fw={450} rightSection={<IconChevronDown size={15} aria-hidden />}>
            All {selection}
          </Button>
        )}
      >
        {mayStop && (
          <button type="button" className={item.item} onClick={(event) => choose(event.currentTarget, "terminate")}>
            <IconPlayerStop size={17} aria-hidden /> Terminate all {selection} ...
          </button>
        )}
        {mayRun && (
          <button type="button" className={item.item} onClick={(event) => choose(event.currentTarget, "rerun")}>
            <IconRepeat size={17} aria-hidden /> Run all {selection} again ...
          </button>
        )}
      </Dropdown>
      {action && <ManyJobsDialog action={action} selection={selection} filters={state.filters} onClose={() => setAction(null)} />}
    </>
  );
}
