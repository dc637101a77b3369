/** Longer texts do not come back. */
const MAX_CHARACTERS = 4096;

/** Whether the reference server sends this text back as it is: a JSON number, or no JSON at all. Testers wait for it. */
export function isEchoed(text: string): boolean {
  if (text === "" || text.length > MAX_CHARACTERS) return false;
  try {
    return typeof JSON.parse(text) === "number";
  } catch {
    return true;
  }
}
