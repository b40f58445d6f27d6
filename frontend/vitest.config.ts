import { defineConfig } from "vitest/config";

export default defineConfig({
  // The table of payload cases, which both languages run, lies beside the server's tests.
  server: { fs: { allow: [".", "../tests/shared"] } },
  resolve: {
    alias: {
      "@tests": new URL("../tests", import.meta.url).pathname,
      "@test": new URL("./test", import.meta.url).pathname,
      "@": new URL("./src", import.meta.url).pathname,
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["./test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    pool: "vmThreads",
  },
});
