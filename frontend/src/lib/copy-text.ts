/** Copies; where the browser has no clipboard (plain http) or withholds it, by the old command. */
export async function copyText(text: string): Promise<void> {
  // Typed as always there, and missing outside https and localhost.
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
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way where there is no clipboard
  document.execCommand("copy");
  area.remove();
}
