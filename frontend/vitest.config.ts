import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@test": new URL("./test", import.meta.url).pathname, "@": new URL("./src", import.meta.url).pathname } },
  test: {
    environment: "jsdom",
    setupFiles: ["./test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    pool: "vmThreads",
  },
});
