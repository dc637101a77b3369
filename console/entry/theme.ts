/** Where react-admin keeps whether somebody chose light or dark: the pages before the login follow. */
const KEPT = "RaStore.theme";

/** Shows the chosen theme, else the system's. */
export function showTheme(): void {
  const kept = localStorage.getItem(KEPT);
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset["theme"] = kept === '"dark"' || kept === '"light"' ? JSON.parse(kept) : system;
}
