import { CloseButton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useSyncExternalStore } from "react";

import { dismissToast, getToasts, subscribeToToasts } from "@/lib/toast";
import classes from "./toasts.module.css";

/** Shows the current toasts and announces them politely to screen readers. The shell renders it once. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribeToToasts, getToasts);
  return (
    <div className={classes.stack} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={classes.toast} data-tone={toast.tone}>
          {toast.tone === "good" ? <IconCircleCheck size={18} aria-hidden /> : <IconAlertTriangle size={18} aria-hidden />}
          <span>{toast.text}</span>
          <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismissToast(toast.id)} />
        </div>
      ))}
    </div>
  );
}
