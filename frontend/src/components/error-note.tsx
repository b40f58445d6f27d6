import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import { ApiError, describeError } from "@/lib/api-error";

type ErrorNoteProps = { title: string; error: unknown; onRetry?: () => void };

/** Shows an error in the server's words, with a button to retry. */
export function ErrorNote({ title, error, onRetry }: ErrorNoteProps) {
  const more = error instanceof ApiError && error.problems.length > 1 ? error.problems : [];
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} aria-hidden />} title={title} role="alert">
      {more.length > 0 ? (
        <ul>
          {more.map((problem, index) => (
            <li key={index}>{problem.attr ? `${problem.attr}: ${problem.detail}` : problem.detail}</li>
          ))}
        </ul>
      ) : (
        <p>{describeError(error)}</p>
      )}
      {onRetry && (
        <Button size="xs" variant="default" onClick={onRetry}>
          Retry
        </Button>
      )}
    </Alert>
  );
}
