import {
  IconBan,
  IconCalendarTime,
  IconCircleCheck,
  IconCircleX,
  IconHandStop,
  IconPlayerPlay,
  IconQuestionMark,
  IconStack2,
} from "@tabler/icons-react";

const ICONS = {
  scheduled: IconCalendarTime,
  queued: IconStack2,
  running: IconPlayerPlay,
  stopping: IconHandStop,
  succeeded: IconCircleCheck,
  failed: IconCircleX,
  terminated: IconBan,
};

/** The icon of a state; a question mark for a state that this page does not know. */
export function StateIcon({ state, size }: { state: string; size: number }) {
  const Icon = Object.hasOwn(ICONS, state) ? ICONS[state as keyof typeof ICONS] : IconQuestionMark;
  return <Icon size={size} aria-hidden />;
}
