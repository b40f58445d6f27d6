/** Patterns of job types, as people type them: `billing_*, mail_job`. */

/** Splits at commas and blanks. */
export function parsePatterns(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

export function formatPatterns(patterns: readonly string[]): string {
  return patterns.join(", ");
}

/** Completes the help of a field for patterns. */
export const PATTERN_HELP = "Separated by commas; * stands for any text, as in billing_*";
