import { CloseButton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useSyncExternalStore } from "react";

import { currentToasts, dismissToast, subscribeToToasts } from "@/lib/toast";
import classes from "./toasts.module.css";

/** Short news in the corner, read out politely. Once on the page, in the frame. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribeToToasts, currentToasts);
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
