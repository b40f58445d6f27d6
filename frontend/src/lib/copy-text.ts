/** Copies a text. Falls back to `execCommand` where the clipboard API is missing (plain http) or not permitted. */
export async function copyText(text: string): Promise<void> {
  // The type says that it is always there, but it is missing outside https and localhost.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  const copied = await clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  if (!copied) copyByCommand(text);
}

function copyByCommand(text: string): void {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without the clipboard API
  document.execCommand("copy");
  area.remove();
}
