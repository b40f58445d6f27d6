import { Button } from "@mantine/core";
import { IconBug } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";

import { EmptyState } from "./empty-state";

type Props = {
  children: ReactNode;
  /** Rendered instead of the children after a crash; `retry` renders them again. By default: a page with a reload button. */
  fallback?: (error: Error, retry: () => void) => ReactNode;
};

/** Catches a crash in a part of the page, so that the rest keeps working, and shows the error. */
export class CrashBoundary extends Component<Props, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return this.props.fallback?.(error, this.retry) ?? <CrashedPage error={error} />;
  }

  private readonly retry = (): void => this.setState({ error: null });
}

function CrashedPage({ error }: { error: Error }) {
  return (
    <div role="alert">
      <EmptyState
        wholePage
        icon={<IconBug size={26} />}
        title="This page crashed"
        action={<Button onClick={() => window.location.reload()}>Reload</Button>}
      >
        <p>Your jobs are not touched by it. What the browser said:</p>
        <code>{error.message}</code>
      </EmptyState>
    </div>
  );
}
