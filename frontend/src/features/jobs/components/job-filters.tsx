import { Button, Checkbox } from "@mantine/core";
import { IconChevronDown, IconX } from "@tabler/icons-react";

import { Dropdown } from "@/components/dropdown";
import type { JobFilterState } from "../use-job-filters";
import classes from "./job-filters.module.css";
import { SearchField } from "./search-field";
import { StateFilter } from "./state-filter";

type JobFiltersProps = { state: JobFilterState; jobTypes: readonly string[] };

export function JobFilters({ state, jobTypes }: JobFiltersProps) {
  return (
    <div className={classes.filters} role="search" aria-label="Filter jobs">
      <StateFilter state={state} />
      <div className={classes.row}>
        <SearchField text={state.filters.search} onSearch={state.search} />
        <JobTypeFilter state={state} jobTypes={jobTypes} />
        {state.filters.series && (
          <Button variant="light" fw={450} rightSection={<IconX size={15} aria-hidden />} title={state.filters.series} aria-label="One series: show the jobs of all" onClick={state.leaveSeries}>
            One series
          </Button>
        )}
        {state.any && (
          <Button variant="subtle" color="gray" size="sm" leftSection={<IconX size={15} aria-hidden />} onClick={state.clear}>
            Clear filters
          </Button>
        )}
      </div>
    </div>
  );
}

function JobTypeFilter({ state, jobTypes }: JobFiltersProps) {
  const chosen = state.filters.job_type;
  // A job type from the address may have no template any longer.
  const types = [...new Set([...jobTypes, ...chosen])].sort();
  const [first] = chosen;
  const label = first === undefined ? "All job types" : chosen.length === 1 ? first : `${chosen.length} job types`;
  return (
    <Dropdown
      label="Job types"
      trigger={(opens) => (
        <Button {...opens} variant="default" fw={450} rightSection={<IconChevronDown size={15} aria-hidden />}>
          <span className={classes.type}>{label}</span>
        </Button>
      )}
    >
      {types.length === 0 && <p className={classes.none}>No templates yet</p>}
      {types.map((type) => (
        <Checkbox
          key={type}
          className={classes.option}
          label={type}
          checked={chosen.includes(type)}
          onChange={() => state.toggle("job_type", type)}
        />
      ))}
    </Dropdown>
  );
}
