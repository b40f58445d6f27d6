/** Which of two dates, times or durations is the greater, as the server has it. */
import { own } from "@/lib/json";
import { FORMATS } from "./formats";

const DAY = 86_400;
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const SECONDS = [365 * DAY, 30 * DAY, 7 * DAY, DAY, 3600, 60, 1];
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))?$/;

/** Whole seconds (days for a date), then the digits of the fraction. */
type Order = { whole: number; fraction: string };

/** Whether a well-formed value keeps its field's bounds; one that is malformed breaks another rule. */
export function keeps(bound: "x-min" | "x-max", field: { format?: string; "x-min"?: string; "x-max"?: string }, value: unknown): boolean {
  const [limit, form] = [field[bound], field.format ?? ""];
  if (limit === undefined || typeof value !== "string" || !new RegExp(own(FORMATS, form) ?? "", "u").test(value)) return true;
  const difference = compare(orderOf(value, form), orderOf(limit, form));
  return bound === "x-min" ? difference >= 0 : difference <= 0;
}

function compare(one: Order, other: Order): number {
  if (one.whole !== other.whole) return one.whole - other.whole;
  return one.fraction < other.fraction ? -1 : Number(one.fraction > other.fraction);
}

function orderOf(text: string, form: string): Order {
  if (form === "date") return { whole: dayOf(text), fraction: "" };
  if (form === "time") return clockOf(text);
  if (form === "duration") return { whole: secondsOf(text), fraction: "" };
  const [day = "", clock = ""] = text.split("T");
  const { whole, fraction } = clockOf(clock);
  return { whole: dayOf(day) * DAY + whole, fraction };
}

function dayOf(text: string): number {
  return Date.parse(`${text}T00:00:00Z`) / (DAY * 1000);
}

function clockOf(text: string): Order {
  const [, hours, minutes, seconds, fraction = "", sign, aheadHours, aheadMinutes] = CLOCK.exec(text) ?? [];
  const ahead = (Number(aheadHours ?? 0) * 60 + Number(aheadMinutes ?? 0)) * (sign === "-" ? -60 : 60);
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return { whole: whole - ahead, fraction: fraction.replace(/0+$/, "") };
}

function secondsOf(text: string): number {
  const counts = (DURATION.exec(text) ?? []).slice(1);
  return SECONDS.reduce((sum, each, place) => sum + Number(counts[place] ?? 0) * each, 0);
}
