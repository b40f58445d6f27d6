/** The tab's title; React moves it into the head. */
export function PageTitle({ text }: { text: string }) {
  return <title>{`${text} · RestJobScheduler`}</title>;
}
