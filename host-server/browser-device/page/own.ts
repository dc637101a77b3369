import { drawCode } from "./code-picture.ts";
import { ownTexts } from "./own-texts.ts";

const LOOK_MS = 3000;

interface OwnState {
  readonly otaUrl: string;
  readonly ports: { readonly websocket: number; readonly http: number };
  /** Undefined for who may not know. */
  readonly calls?: readonly {
    readonly device: string;
    readonly model: string;
    readonly version: string;
    readonly at: number;
  }[];
}

const texts = ownTexts();

function find(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}

function write(id: string, text: string): void {
  find(id).textContent = text;
}

function list(id: string, items: readonly string[]): void {
  find(id).replaceChildren(
    ...items.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
}

function writeTexts(): void {
  document.title = texts.title;
  for (const [id, text] of [
    ["title", texts.title],
    ["about", texts.about],
    ["address-title", texts.address],
    ["called-title", texts.called],
    ["stock-title", texts.stockTitle],
    ["mine-title", texts.mineTitle],
    ["away-title", texts.awayTitle],
    ["copy", texts.copy],
    ["try", texts.try],
    ["flash", texts.flash],
  ] as const) {
    write(id, text);
  }
  list("stock", texts.stock);
  list("mine", texts.mine);
  find("code").setAttribute("aria-label", texts.code);
}

function showCalls(calls: OwnState["calls"]): void {
  write("called-none", calls === undefined ? texts.hidden : calls.length === 0 ? texts.none : "");
  const told = (calls ?? []).map(({ device, model, version, at }) =>
    texts.callOf(device, `${model} ${version}`, new Date(at).toLocaleTimeString()),
  );
  list("calls", told);
}

async function look(): Promise<void> {
  const state = (await (await fetch("state")).json()) as OwnState;
  if (find("address").textContent !== state.otaUrl) {
    write("address", state.otaUrl);
    drawCode(find("code") as HTMLCanvasElement, state.otaUrl);
    const { websocket, http } = state.ports;
    list(
      "away",
      texts.away.map((text) => text.replaceAll("8000", String(websocket)).replaceAll("8002", String(http))),
    );
  }
  showCalls(state.calls);
}

function lookAgain(): void {
  // The server may be away for a moment: what is shown stays.
  look()
    .catch(() => {})
    .finally(() => setTimeout(lookAgain, LOOK_MS));
}

find("copy").onclick = async () => {
  const address = find("address");
  getSelection()?.selectAllChildren(address);
  // Pages without HTTPS have no clipboard; the address is marked for the reader to copy.
  await navigator.clipboard?.writeText(address.textContent ?? "");
  if (navigator.clipboard) write("copy", texts.copied);
};

writeTexts();
lookAgain();
