/** Where workers read a shared secret, as the API writes it: `value`, `env:NAME` or `file:PATH`. */

export type SourceKind = "value" | "env" | "file";
export type Source = { kind: SourceKind; place: string };

export const SOURCES: readonly { kind: SourceKind; label: string; help: string }[] = [
  { kind: "value", label: "Kept here", help: "Encrypted in the database. You type it once, and nobody can read it again." },
  { kind: "env", label: "An environment variable", help: "Of each worker that runs such jobs; read at each run." },
  { kind: "file", label: "A file", help: "On the machine of each such worker, as Kubernetes, Docker and Vault Agent write them; read at each run." },
];

/** Of the field that says which variable or file it is. */
export const PLACES: Record<Exclude<SourceKind, "value">, { label: string; placeholder: string }> = {
  env: { label: "Name of the variable", placeholder: "STRIPE_KEY" },
  file: { label: "Path of the file", placeholder: "/run/secrets/stripe" },
};

export function parseSource(text: string): Source {
  const kind = SOURCES.find((one) => text.startsWith(`${one.kind}:`))?.kind;
  return kind ? { kind, place: text.slice(kind.length + 1) } : { kind: "value", place: "" };
}

export function formatSource({ kind, place }: Source): string {
  return kind === "value" ? "value" : `${kind}:${place.trim()}`;
}
