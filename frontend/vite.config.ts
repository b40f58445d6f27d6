import react from "@vitejs/plugin-react";
import { defineConfig, type ProxyOptions } from "vite";

/** The running platform behind `npm run dev`. */
const platform = process.env.PLATFORM ?? "http://127.0.0.1:8000";

// The server compares Origin with its own host (websocket handshake, CSRF), so the proxy sends the platform's own origin.
const proxied: ProxyOptions = { target: platform, changeOrigin: true, headers: { origin: platform, referer: `${platform}/` } };

export default defineConfig(({ command }) => ({
  plugins: [react()],
  base: command === "build" ? "/static/ui/" : "/",
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: { outDir: "dist", sourcemap: false, target: "baseline-widely-available", assetsInlineLimit: 0 },
  server: {
    proxy: {
      "/api": proxied,
      "/admin": proxied,
      "/health": proxied,
      "/static": proxied,
      "/ws": { ...proxied, ws: true },
    },
  },
}));
