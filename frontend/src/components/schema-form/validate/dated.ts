/** Compares dates, times and durations with their bounds, as the server does. */
import { getOwn } from "@/lib/json";
import { FORMATS } from "./formats";

const DAY_SECONDS = 86_400;
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const SECONDS_BY_UNIT = [365 * DAY_SECONDS, 30 * DAY_SECONDS, 7 * DAY_SECONDS, DAY_SECONDS, 3600, 60, 1];
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))?$/;

/** The sort key of a value: whole seconds (days for a date), then the digits of the fraction. */
type Order = { whole: number; fraction: string };

/** Returns whether a value is within its field's bound. Malformed values return true: they break the rule of the format. */
export function isWithinBound(bound: "x-min" | "x-max", field: { format?: string; "x-min"?: string; "x-max"?: string }, value: unknown): boolean {
  const [limit, form] = [field[bound], field.format ?? ""];
  if (limit === undefined || typeof value !== "string" || !new RegExp(getOwn(FORMATS, form) ?? "", "u").test(value)) return true;
  const difference = compareOrders(parseOrder(value, form), parseOrder(limit, form));
  return bound === "x-min" ? difference >= 0 : difference <= 0;
}

function compareOrders(one: Order, other: Order): number {
  if (one.whole !== other.whole) return one.whole - other.whole;
  return one.fraction < other.fraction ? -1 : Number(one.fraction > other.fraction);
}

function parseOrder(text: string, form: string): Order {
  if (form === "date") return { whole: parseDay(text), fraction: "" };
  if (form === "time") return parseClock(text);
  if (form === "duration") return { whole: parseDuration(text), fraction: "" };
  const [day = "", clock = ""] = text.split("T");
  const { whole, fraction } = parseClock(clock);
  return { whole: parseDay(day) * DAY_SECONDS + whole, fraction };
}

function parseDay(text: string): number {
  return Date.parse(`${text}T00:00:00Z`) / (DAY_SECONDS * 1000);
}

function parseClock(text: string): Order {
  const [, hours, minutes, seconds, fraction = "", sign, aheadHours, aheadMinutes] = CLOCK.exec(text) ?? [];
  const ahead = (Number(aheadHours ?? 0) * 60 + Number(aheadMinutes ?? 0)) * (sign === "-" ? -60 : 60);
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return { whole: whole - ahead, fraction: fraction.replace(/0+$/, "") };
}

function parseDuration(text: string): number {
  const counts = (DURATION.exec(text) ?? []).slice(1);
  return SECONDS_BY_UNIT.reduce((sum, each, index) => sum + Number(counts[index] ?? 0) * each, 0);
}
