/** Sets the title of the browser tab. React moves the element into the head. */
export function PageTitle({ text }: { text: string }) {
  return <title>{`${text} · RestJobScheduler`}</title>;
}
