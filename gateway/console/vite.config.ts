import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

/** The pages that people see: the desk (index.html) and the volunteer's offer (offer.html), built into dist/console. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/console/",
  plugins: [vue()],
  logLevel: "warn",
  build: {
    outDir: "../../dist/console",
    emptyOutDir: true,
    // Neighbours open the page on whatever telephone they have.
    target: ["chrome79", "firefox78", "safari13.1"],
    // The pages forbid data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", offer: "offer.html", "push-worker": "src/push/worker.ts" },
      output: {
        // A service worker keeps its name: browsers look there for a newer one.
        entryFileNames: ({ name }) => (name === "push-worker" ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
