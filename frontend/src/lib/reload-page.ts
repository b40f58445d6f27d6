/** Loads the page again, after which nothing is left of what was read with other rights. */
export function reloadPage(): void {
  window.location.reload();
}
