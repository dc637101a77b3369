import { join } from "node:path";
import type { Plugin } from "vite";
import { ROOT } from "../process.ts";

/** Packages of which the console needs little or nothing, and what stands in their place. */
const INSTEAD: { readonly [name: string]: string } = {
  "react-router-dom": "router.ts",
  "jsonexport/dist/index.js": "nothing.ts",
  "ra-i18n-polyglot": "nothing.ts",
  diacritic: "nothing.ts",
};

/** Takes from the pages what react-admin imports and nobody here uses: 30 KB until the first list. */
export function lean(): Plugin {
  return {
    name: "lean",
    enforce: "pre",
    resolveId: (id) => {
      const file = INSTEAD[id];
      return file === undefined ? null : join(ROOT, "console", "lean", file);
    },
  };
}
