import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

// Paths are relative, so that the page also works behind a proxy that serves it under a prefix.
// Everything stays a file of its own: the server's Content-Security-Policy allows `script-src
// 'self'` only.
export default defineConfig(({ mode }) => ({
  base: "./",
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    // `LEASH_URL=http://127.0.0.1:3002 npm run dev` works on the page against a running server.
    proxy: { "/v1": loadEnv(mode, ".", "LEASH_")["LEASH_URL"] ?? "http://127.0.0.1:3002" },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
}));
