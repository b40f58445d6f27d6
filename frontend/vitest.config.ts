import { defineConfig } from "vitest/config";

export default defineConfig({
  // Tests read the table of payload cases, which Python's tests also run, and the example templates of the server.
  server: { fs: { allow: [".", "../tests/shared", "../templates_app/examples"] } },
  resolve: {
    alias: {
      "@examples": new URL("../templates_app/examples", import.meta.url).pathname,
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
