/** Copies; on plain http, where browsers hide the clipboard, by the old command. */
export async function copyText(text: string): Promise<void> {
  // Typed as always there, and missing outside https and localhost.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard) return clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way where there is no clipboard
  document.execCommand("copy");
  area.remove();
}
