import { existsSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { extname, join } from "node:path";

const FOLDER = join(import.meta.dirname, "page");

/** Scripts that the pages share with the device. */
const SHARED: { readonly [name: string]: string } = {
  "qr-code.js": "../../modules/ui/screen/qr-code.ts",
  "frozen.js": "../../protocol/frozen.ts",
};

const TYPES: { readonly [ending: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

/** One file of a page as a browser gets it. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

/** Files of the pages by name: `device.js` is what `device.ts` is without its types. Undefined where there is none. */
export class PageFiles {
  readonly #known = new Map<string, PageFile>();

  find(name: string): PageFile | undefined {
    const known = this.#known.get(name);
    if (known) return known;
    if (!/^[a-z][a-z-]*\.(html|css|js)$/.test(name)) return undefined;
    const shared = SHARED[name];
    const path = shared ? join(import.meta.dirname, shared) : join(FOLDER, name.replace(/\.js$/, ".ts"));
    if (!existsSync(path)) return undefined;
    const source = readFileSync(path, "utf8");
    const text = name.endsWith(".js") ? scriptOf(source) : source;
    const file = { type: TYPES[extname(name)] ?? "", text };
    this.#known.set(name, file);
    return file;
  }
}

/** Imports name files where they lie; to a browser all lie in one folder. */
function scriptOf(source: string): string {
  return stripTypeScriptTypes(source).replaceAll(/(from ")\.[./a-z-]*\/([a-z-]+)\.ts"/g, '$1./$2.js"');
}
