import { Button } from "@mantine/core";
import { IconChevronDown, IconPlayerStop, IconRepeat } from "@tabler/icons-react";
import { useState } from "react";

import { closeDropdown, Dropdown } from "@/components/dropdown";
import item from "@/components/menu-item.module.css";
import type { Deed } from "../api/many-jobs";
import type { JobFilterState } from "../use-job-filters";
import { ManyJobsDialog } from "./many-jobs-dialog";

/** What can be done with all jobs that the filters show, however many they are. */
export function ManyJobsMenu({ state }: { state: JobFilterState }) {
  const [deed, setDeed] = useState<Deed | null>(null);
  const which = state.any ? "matching jobs" : "jobs";
  const choose = (button: Element, chosen: Deed): void => {
    closeDropdown(button);
    setDeed(chosen);
  };
  return (
    <>
      <Dropdown
        label={`All ${which}`}
        align="end"
        trigger={(opens) => (
          <Button {...opens} variant="default" fw={450} rightSection={<IconChevronDown size={15} aria-hidden />}>
            All {which}
          </Button>
        )}
      >
        <button type="button" className={item.item} onClick={(event) => choose(event.currentTarget, "terminate")}>
          <IconPlayerStop size={17} aria-hidden /> Terminate all {which} ...
        </button>
        <button type="button" className={item.item} onClick={(event) => choose(event.currentTarget, "rerun")}>
          <IconRepeat size={17} aria-hidden /> Run all {which} again ...
        </button>
      </Dropdown>
      {deed && <ManyJobsDialog deed={deed} which={which} filters={state.filters} onClose={() => setDeed(null)} />}
    </>
  );
}
