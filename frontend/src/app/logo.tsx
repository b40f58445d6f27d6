export function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden>
      <rect width="32" height="32" rx="9" fill="#3b4fc4" />
      <path
        d="M9 8h9a4 4 0 0 1 0 8h-4a4 4 0 0 0 0 8h9"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="9" cy="8" r="2.8" fill="#fff" />
      <circle cx="23" cy="24" r="2.8" fill="#fff" />
    </svg>
  );
}
