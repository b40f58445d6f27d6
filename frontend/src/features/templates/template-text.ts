import { formatConfiguredDuration } from "@/lib/time";
import type { Template } from "@/types/api";

/** Returns the label, or the type in words: otp_send_job is "Otp send job". */
export function getTemplateLabel(template: Pick<Template, "type" | "label">): string {
  if (template.label) return template.label;
  const words = template.type.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Describes when jobs of a template start. */
export function describeTiming(template: Template): string {
  const delay = template.startInSeconds ?? 0;
  if (typeof template.crontab === "string") return `by crontab ${template.crontab}`;
  const pause = formatConfiguredDuration(delay);
  if (template.rescheduleAfterTermination) return `again ${pause} after each end`;
  if (template.userTriggered) return delay > 0 ? `${pause} after it is created` : "at once";
  return "once, when enabled";
}

export function isEnabled(template: Template): boolean {
  return template.enabled !== false;
}
