/** How a job that a frame brought changes what is cached (pure). Rows are newest first, by id: ids grow with time. */
import type { Job, JobPage, ListedJob } from "@/types/api";
import { replaceEqualDeep, type InfiniteData } from "@tanstack/react-query";
import type { JobFilters } from "./query-keys";

export type JobPages = InfiniteData<JobPage, string | null>;

/** Beyond this the first page takes no new rows: the reader is offered a fresh list instead of an endless one. */
export const MOST_LIVE_ROWS = 400;

/** As the server filters: an id in full, or a part of the type's or the author's name. */
export function matches(job: ListedJob, filters: JobFilters): boolean {
  if (filters.state.length > 0 && !filters.state.includes(job.state)) return false;
  if (filters.job_type.length > 0 && !filters.job_type.includes(job.job_type)) return false;
  if (filters.series && job.series !== filters.series) return false;
  const wanted = filters.search.trim().toLowerCase();
  return job.job_id === wanted || [job.job_type, job.created_by].some((text) => text.toLowerCase().includes(wanted));
}

/** Known rows are replaced in place, and stay although they match no more; unknown ones that match are put in by age. */
export function patchPages(data: JobPages, filters: JobFilters, incoming: ReadonlyMap<string, ListedJob>): JobPages {
  const unknown = new Map(incoming);
  const pages = data.pages.map((page) => {
    const results = page.results.map((row) => {
      const news = unknown.get(row.job_id);
      unknown.delete(row.job_id);
      return news && news.version > row.version ? news : row;
    });
    return results.some((row, index) => row !== page.results[index]) ? { ...page, results } : page;
  });
  for (const job of unknown.values()) {
    if (matches(job, filters)) insert(pages, job);
  }
  return pages.some((page, index) => page !== data.pages[index]) ? { ...data, pages } : data;
}

function insert(pages: JobPage[], job: ListedJob): void {
  const at = pages.findIndex((page) => page.results.some((row) => row.job_id < job.job_id));
  const last = pages.at(-1);
  // Older than all that is loaded: it belongs to a page that is not here, unless there is none.
  const index = at >= 0 ? at : last && last.next === null ? pages.length - 1 : -1;
  const page = pages[index];
  if (!page || page.results.length >= MOST_LIVE_ROWS) return;
  const place = page.results.findIndex((row) => row.job_id < job.job_id);
  pages[index] = { ...page, results: page.results.toSpliced(place < 0 ? page.results.length : place, 0, job) };
}

/**
 * An answer that was on its way while newer frames came must not turn rows back. What did not change stays the same object,
 * so that nothing is drawn again for it.
 */
export function keepNewestRows(old: JobPages | undefined, fresh: JobPages): JobPages {
  if (old === fresh) return old;
  const known = new Map(old?.pages.flatMap((page) => page.results).map((row) => [row.job_id, row]));
  const pages = fresh.pages.map((page) => ({
    ...page,
    results: page.results.map((row) => {
      const mine = known.get(row.job_id);
      return mine && mine.version > row.version ? mine : row;
    }),
  }));
  return replaceEqualDeep(old, { ...fresh, pages });
}

/** A frame lacks the result and the traceback, and may have a shortened payload: those stay as they were read. */
export function patchJob(old: Job, news: ListedJob): Job {
  if (news.version <= old.version) return old;
  const error = news.error && old.error?.traceback ? { ...old.error, ...news.error } : news.error;
  return { ...old, ...news, payload: old.payload, error };
}

/** A jump in the version, or an end: the rest has to be read over REST. */
export function needsRead(old: Job, news: ListedJob): boolean {
  return news.version > old.version + 1 || (news.state !== old.state && news.terminated_at !== null);
}
