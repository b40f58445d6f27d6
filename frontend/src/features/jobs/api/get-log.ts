import { queryOptions, useQuery, useQueryClient, type QueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";

import { request } from "@/lib/api-client";
import { queryKeys } from "@/lib/query-keys";
import { openJobSocket, type LogFrame } from "@/lib/socket";
import type { LogLine, LogPage } from "@/types/api";
import { keptLines } from "./kept-lines";

/** The server hands out a thousand lines at a time. */
const MOST_PAGES_A_READ = 100;

/** Reads what is not there yet: lines never change, so a second reading only goes on after the last one. */
export function logQuery(client: QueryClient, jobId: string) {
  const queryKey = queryKeys.jobs.log(jobId);
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }) => {
      let lines = client.getQueryData<LogLine[]>(queryKey) ?? [];
      for (let page = 0; page < MOST_PAGES_A_READ; page += 1) {
        const path = `jobs/${encodeURIComponent(jobId)}/log/`;
        const answer = await request<LogPage>("GET", path, { query: { after: lines.at(-1)?.n ?? 0 }, signal });
        if (answer.lines.length === 0) break;
        lines = [...lines, ...answer.lines];
      }
      return keptLines(lines);
    },
    structuralSharing: (old, fresh) => further(old as LogLine[] | undefined, fresh as LogLine[]),
  });
}

/** The log, growing while the job runs: lines come over a socket of their own, holes are read over REST. */
export function useJobLog(jobId: string, live: boolean): UseQueryResult<LogLine[]> {
  const client = useQueryClient();
  useEffect(() => {
    if (!live) return undefined;
    const queryKey = queryKeys.jobs.log(jobId);
    const readOn = (): void => void client.invalidateQueries({ queryKey });
    // Lines that come faster than they are read must not end each reading for a new one.
    const readGap = (): void => void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
    const take = (frame: LogFrame): void => {
      const known = client.getQueryData<LogLine[]>(queryKey);
      const last = lastNumber(known);
      const news = frame.data.lines.filter((line) => line.n > last);
      if (!known || (news[0] && news[0].n > last + 1)) readGap();
      else if (news.length > 0) client.setQueryData<LogLine[]>(queryKey, keptLines([...known, ...news]));
    };
    const socket = openJobSocket(
      { job_id: jobId, batch: 250 },
      {
        // What was logged before the socket opened was told to nobody here.
        onOpen: readOn,
        onFrames: (frames) => frames.forEach((frame) => frame.notification_type === "job_log" && take(frame)),
      },
    );
    return () => {
      socket.close();
      // The last lines may have come between the last frame and the end.
      readOn();
    };
  }, [client, jobId, live]);
  return useQuery(logQuery(client, jobId));
}

function further(old: LogLine[] | undefined, fresh: LogLine[]): LogLine[] {
  return old && lastNumber(old) >= lastNumber(fresh) ? old : fresh;
}

function lastNumber(lines: LogLine[] | undefined): number {
  return lines?.at(-1)?.n ?? 0;
}
