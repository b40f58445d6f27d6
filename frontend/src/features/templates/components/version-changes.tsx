import { NativeSelect, Skeleton } from "@mantine/core";
import { useSearchParams } from "react-router";

import { ErrorNote } from "@/components/error-note";
import { useChanges } from "../api/get-changes";
import { ChangeList } from "@/components/change-list";
import classes from "./template-details.module.css";

/** Compares two versions, which are in the address; by default the newest with the one before it. */
export function VersionChanges({ type, newest }: { type: string; newest: number }) {
  const [address, setAddress] = useSearchParams();
  const readVersion = (name: string, otherwise: number): number => {
    const version = Number(address.get(name));
    return Number.isInteger(version) && version >= 1 && version <= newest ? version : otherwise;
  };
  const from = readVersion("from", Math.max(newest - 1, 1));
  const to = readVersion("to", newest);
  const choose = (name: string, value: string) => {
    setAddress(
      (before) => {
        before.set(name, value);
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  };
  return (
    <section id="changes" aria-label="Changes between versions">
      <div className={classes.compare}>
        <VersionSelect label="Changes from version" newest={newest} value={from} onChange={(value) => choose("from", value)} />
        <VersionSelect label="to version" newest={newest} value={to} onChange={(value) => choose("to", value)} />
      </div>
      <Changes type={type} from={from} to={to} />
    </section>
  );
}

type VersionSelectProps = { label: string; newest: number; value: number; onChange: (value: string) => void };

function VersionSelect({ label, newest, value, onChange }: VersionSelectProps) {
  const versions = Array.from({ length: newest }, (_, index) => String(newest - index));
  return <NativeSelect size="xs" label={label} data={versions} value={String(value)} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function Changes({ type, from, to }: { type: string; from: number; to: number }) {
  const changes = useChanges(type, from, to);
  if (changes.isPending) return <Skeleton height={40} />;
  if (changes.error) return <ErrorNote title="Not read" error={changes.error} onRetry={() => void changes.refetch()} />;
  return <div role="status">{changes.data.length === 0 ? "No difference." : <ChangeList changes={changes.data} />}</div>;
}
