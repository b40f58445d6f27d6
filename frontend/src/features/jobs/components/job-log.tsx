import { Button } from "@mantine/core";
import { IconArrowDown, IconDownload } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";

import { ErrorNote } from "@/components/error-note";
import { Panel } from "@/components/panel";
import { downloadText } from "@/lib/download-text";
import { formatExactTime, formatShortTime } from "@/lib/time";
import type { LogLine } from "@/types/api";
import { useJobLog } from "../api/get-log";
import classes from "./job-log.module.css";

const LINE_HEIGHT = 20;
/** A scroll position this close to the end counts as the end. */
const END_DISTANCE_PX = 30;

type JobLogProps = { jobId: string; live: boolean };

export function JobLog({ jobId, live }: JobLogProps) {
  const log = useJobLog(jobId, live);
  const lines = log.data ?? [];
  const download = (): void => downloadText(`${jobId}.log`, lines.map(formatLine).join(""));
  return (
    <Panel
      title="Log"
      flush
      aside={
        lines.length > 0 && (
          <>
            <span className="tabular">{(lines.at(-1)?.n ?? 0).toLocaleString()} lines</span>
            <Button size="compact-xs" variant="default" leftSection={<IconDownload size={13} aria-hidden />} onClick={download}>
              Download
            </Button>
          </>
        )
      }
    >
      {log.error && <ErrorNote title="The log could not be read" error={log.error} onRetry={() => void log.refetch()} />}
      {lines.length > 0 && <LogLines lines={lines} live={live} />}
      {log.data?.length === 0 && <p className={classes.nothing}>{live ? "Nothing logged yet" : "Nothing was logged"}</p>}
    </Panel>
  );
}

/** A virtualised list of lines. It follows new lines while the user is at the end, and stays in place after scrolling up. */
function LogLines({ lines, live }: { lines: LogLine[]; live: boolean }) {
  const frame = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(live);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => lines[index]?.n ?? index,
    overscan: 20,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: END_DISTANCE_PX,
    initialOffset: live ? Number.MAX_SAFE_INTEGER : 0,
  });
  return (
    <div className={classes.place}>
      <div
        ref={frame}
        className={classes.frame}
        tabIndex={0}
        role="log"
        aria-label="Log lines"
        onScroll={({ currentTarget: at }) => setAtEnd(at.scrollHeight - at.scrollTop - at.clientHeight < END_DISTANCE_PX)}
      >
        <div className={classes.lines} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const line = lines[index];
            return line ? <Line key={key} ref={virtual.measureElement} index={index} line={line} start={start} /> : null;
          })}
        </div>
      </div>
      {live && !atEnd && (
        <div className={classes.jump}>
          <Button size="compact-sm" leftSection={<IconArrowDown size={14} aria-hidden />} onClick={() => virtual.scrollToEnd()}>
            Jump to latest
          </Button>
        </div>
      )}
    </div>
  );
}

type LineProps = { ref: (line: Element | null) => void; line: LogLine; index: number; start: number };

function Line({ ref, line, index, start }: LineProps) {
  return (
    <div ref={ref} data-index={index} className={classes.line} data-level={line.level.toLowerCase()} style={{ top: start }}>
      <span className={classes.number}>{line.n}</span>
      <time className={classes.time} dateTime={line.time} title={formatExactTime(line.time)}>
        {formatShortTime(line.time)}
      </time>
      <span className={classes.level}>{line.level}</span>
      <span className={classes.text}>{line.text}</span>
    </div>
  );
}

function formatLine(line: LogLine): string {
  return `${line.time} ${line.level} ${line.text}\n`;
}
