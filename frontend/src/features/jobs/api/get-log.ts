import { queryOptions, useQuery, useQueryClient, type QueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import { openJobSocket, type LogFrame } from "@/lib/socket";
import type { LogLine, LogPage } from "@/types/api";
import { trimLog } from "./trim-log";

/** The server returns a thousand lines per page. */
const MAX_PAGES = 100;

/** Reads the lines after the last cached one. Lines never change, so cached lines are not read again. */
export function logQuery(client: QueryClient, jobId: string) {
  const queryKey = queryKeys.jobs.log(jobId);
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }) => {
      let lines = client.getQueryData<LogLine[]>(queryKey) ?? [];
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const path = `jobs/${encodeURIComponent(jobId)}/log/`;
        const answer = await request<LogPage>("GET", path, { query: { after: lines.at(-1)?.n ?? 0 }, signal });
        if (answer.lines.length === 0) break;
        lines = [...lines, ...answer.lines];
      }
      return trimLog(lines);
    },
    structuralSharing: (old, fresh) => pickLonger(old as LogLine[] | undefined, fresh as LogLine[]),
  });
}

/** Returns the log. While the job runs, new lines arrive over a second websocket; gaps are read over REST. */
export function useJobLog(jobId: string, live: boolean): UseQueryResult<LogLine[]> {
  const client = useQueryClient();
  useEffect(() => {
    if (!live) return undefined;
    const queryKey = queryKeys.jobs.log(jobId);
    const readRest = (): void => void client.invalidateQueries({ queryKey });
    // Without cancelRefetch: false, lines that arrive quickly would cancel each read before it ends.
    const readGap = (): void => void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
    const addLines = (frame: LogFrame): void => {
      const known = client.getQueryData<LogLine[]>(queryKey);
      const last = getLastNumber(known);
      const newLines = frame.data.lines.filter((line) => line.n > last);
      if (!known || (newLines[0] && newLines[0].n > last + 1)) readGap();
      else if (newLines.length > 0) client.setQueryData<LogLine[]>(queryKey, trimLog([...known, ...newLines]));
    };
    const socket = openJobSocket(
      { job_id: jobId, batch: 250 },
      {
        // Lines from before the socket opened were not received.
        onOpen: readRest,
        onFrames: (frames) => frames.forEach((frame) => frame.notification_type === "job_log" && addLines(frame)),
      },
    );
    return () => {
      socket.close();
      // Lines between the last frame and the end of the job may be missing.
      readRest();
    };
  }, [client, jobId, live]);
  return useQuery(logQuery(client, jobId));
}

function pickLonger(old: LogLine[] | undefined, fresh: LogLine[]): LogLine[] {
  return old && getLastNumber(old) >= getLastNumber(fresh) ? old : fresh;
}

function getLastNumber(lines: LogLine[] | undefined): number {
  return lines?.at(-1)?.n ?? 0;
}
