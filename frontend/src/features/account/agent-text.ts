/** The first that a browser's header names counts: Chrome also calls itself Safari, and Edge calls itself both. */
const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;
const SYSTEMS = [
  ["Windows", "Windows"],
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
] as const;

/** Describes a browser by its User-Agent header, such as "Firefox on Linux"; other texts stay as they are. */
export function describeAgent(agent: string): string {
  const find = (names: readonly (readonly [string, string])[]): string | undefined => names.find(([part]) => agent.includes(part))?.[1];
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  if (browser && system) return `${browser} on ${system}`;
  return (browser ?? agent) || "An unknown program";
}
