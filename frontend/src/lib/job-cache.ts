/** Pure functions that apply a job from a live frame to cached lists. Rows are newest first, by id: ids grow with time. */
import type { Job, JobPage, ListedJob } from "@/types/api";
import { replaceEqualDeep, type InfiniteData } from "@tanstack/react-query";
import type { JobFilters } from "./query-keys";

export type JobPages = InfiniteData<JobPage, string | null>;

/** The first page takes no new rows beyond this number: the list is then read again instead of growing without end. */
export const MAX_LIVE_ROWS = 400;

/** Filters as the server does: the search matches a whole id, or a part of the job type or of the author's name. */
export function matchesFilters(job: ListedJob, filters: JobFilters): boolean {
  if (filters.state.length > 0 && !filters.state.includes(job.state)) return false;
  if (filters.job_type.length > 0 && !filters.job_type.includes(job.job_type)) return false;
  if (filters.series && job.series !== filters.series) return false;
  const searchText = filters.search.trim().toLowerCase();
  return job.job_id === searchText || [job.job_type, job.created_by].some((text) => text.toLowerCase().includes(searchText));
}

/** Replaces known rows in place, even if they match the filters no longer, and inserts new rows that match, by age. */
export function patchPages(data: JobPages, filters: JobFilters, incoming: ReadonlyMap<string, ListedJob>): JobPages {
  const unknown = new Map(incoming);
  const pages = data.pages.map((page) => {
    const results = page.results.map((row) => {
      const update = unknown.get(row.job_id);
      unknown.delete(row.job_id);
      return update && update.version > row.version ? update : row;
    });
    return results.some((row, index) => row !== page.results[index]) ? { ...page, results } : page;
  });
  for (const job of unknown.values()) {
    if (matchesFilters(job, filters)) insertJob(pages, job);
  }
  return pages.some((page, index) => page !== data.pages[index]) ? { ...data, pages } : data;
}

function insertJob(pages: JobPage[], job: ListedJob): void {
  const pageIndex = pages.findIndex((page) => page.results.some((row) => row.job_id < job.job_id));
  const last = pages.at(-1);
  // A job that is older than all loaded rows belongs to a page that is not loaded, unless all pages are.
  const index = pageIndex >= 0 ? pageIndex : last && last.next === null ? pages.length - 1 : -1;
  const page = pages[index];
  if (!page || page.results.length >= MAX_LIVE_ROWS) return;
  const rowIndex = page.results.findIndex((row) => row.job_id < job.job_id);
  pages[index] = { ...page, results: page.results.toSpliced(rowIndex < 0 ? page.results.length : rowIndex, 0, job) };
}

/**
 * Merges a response into the cached pages. Rows that live frames made newer than the response stay. Unchanged rows keep
 * their identity, so that they are not rendered again.
 */
export function keepNewestRows(old: JobPages | undefined, fresh: JobPages): JobPages {
  if (old === fresh) return old;
  const cachedRows = new Map(old?.pages.flatMap((page) => page.results).map((row) => [row.job_id, row]));
  const pages = fresh.pages.map((page) => ({
    ...page,
    results: page.results.map((row) => {
      const cached = cachedRows.get(row.job_id);
      return cached && cached.version > row.version ? cached : row;
    }),
  }));
  return replaceEqualDeep(old, { ...fresh, pages });
}

/** Applies a frame to a whole job. Frames lack result and traceback and may shorten the payload: the cached ones stay. */
export function patchJob(old: Job, update: ListedJob): Job {
  if (update.version <= old.version) return old;
  const error = update.error && old.error?.traceback ? { ...old.error, ...update.error } : update.error;
  return { ...old, ...update, payload: old.payload, error };
}

/** Returns whether the job must be read over REST: frames were missed (the version jumped), or the job has ended. */
export function mustRefetch(old: Job, update: ListedJob): boolean {
  return update.version > old.version + 1 || (update.state !== old.state && update.terminated_at !== null);
}
