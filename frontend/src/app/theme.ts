import { createTheme, type MantineColorsTuple } from "@mantine/core";

// Cool greys, so that Mantine's components have the same surfaces as ours (app/tokens.css).
const dark: MantineColorsTuple = [
  "#e8eaef", "#c9ced8", "#b3bac7", "#939bab", "#4a5160", "#333947", "#1b1f27", "#0f1115", "#0b0d10", "#08090c",
];

export const theme = createTheme({
  fontFamily: "var(--font-text)",
  fontFamilyMonospace: "var(--font-mono)",
  headings: { fontFamily: "var(--font-text)", fontWeight: "600" },
  colors: { dark },
  primaryColor: "indigo",
  // With these two settings, text on filled buttons has AA contrast in both colour schemes.
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
});
