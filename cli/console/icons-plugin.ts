import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { ROOT } from "../process.ts";

const NAME = "@mui/icons-material/";

/**
 * Makes components of the outlines in `console/icons/paths.json`, where somebody imports `@mui/icons-material/<name>`.
 * The package of that name holds 43,000 files, half of what an installation would write, for the hundred that are used.
 */
export function icons(): Plugin {
  const paths: { readonly [name: string]: string } = JSON.parse(
    readFileSync(join(ROOT, "console", "icons", "paths.json"), "utf8"),
  );
  return {
    name: "icons",
    enforce: "pre",
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${NAME}`)) return null;
      const name = id.slice(NAME.length + 1);
      const path = paths[name];
      if (path === undefined) throw new Error(`icon-unknown: ${name} has no outline in console/icons/paths.json`);
      return [
        'import { createSvgIcon } from "@mui/material/utils";',
        'import { jsx } from "react/jsx-runtime";',
        `export default createSvgIcon(jsx("path", { d: ${JSON.stringify(path)} }), ${JSON.stringify(name)});`,
      ].join("\n");
    },
  };
}
