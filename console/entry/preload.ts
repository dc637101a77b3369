import { currentLanguage } from "../texts/language.ts";

/** Set where somebody has been logged in: whoever comes back is likely to be let in at once. */
const KNOWN = "xiaozhi.known";

function load(): Promise<unknown> {
  return Promise.all([
    import("../shell/console.tsx"),
    import("../devices/device-list.tsx"),
    currentLanguage() === "zh" ? import("../texts/chinese.ts") : import("../texts/english.ts"),
  ]);
}

/** Loads what comes after the login, while somebody still writes or the server still looks who it is. */
export function preload(): void {
  // Whatever fails is loaded again where it is needed, and says so there.
  load().catch(() => {});
}

export function preloadForKnown(): void {
  if (localStorage.getItem(KNOWN) !== null) preload();
}

export function rememberKnown(): void {
  localStorage.setItem(KNOWN, "1");
}
