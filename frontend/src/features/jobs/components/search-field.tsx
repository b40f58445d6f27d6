import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useRef, useState } from "react";

import classes from "./job-filters.module.css";

const DEBOUNCE_MS = 300;

/** A debounced search field. `text` is the current search; a change from outside (Back, Clear) replaces the typed text. */
export function SearchField({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const [last, setLast] = useState({ shown: text, sent: text });
  const timer = useRef<number | undefined>(undefined);

  if (text !== last.shown) {
    // Our own search arrives with a delay, when the user may have typed more; it must not replace that.
    if (text !== last.sent) setTyped(text);
    setLast({ shown: text, sent: text });
  }

  const searchSoon = (value: string): void => {
    setTyped(value);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      setLast(({ shown }) => ({ shown, sent: value.trim() }));
      onSearch(value.trim());
    }, DEBOUNCE_MS);
  };

  return (
    <TextInput
      className={classes.search}
      type="search"
      aria-label="Search by job id, type or author"
      placeholder="Search id, type or author"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed}
      onChange={(event) => searchSoon(event.currentTarget.value)}
    />
  );
}
