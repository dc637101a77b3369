import { checkManifest, checkPart, FlashCheckError, type FlashManifest, type FlashPart } from "./flash-check.ts";
import { type FlashTextName, flashSteps, flashText, translateFlash } from "./flash-texts.ts";

/** What the server has. */
interface FlashState {
  readonly otaUrl: string;
  /** Undefined for who may not have any. */
  readonly images?: readonly { readonly id: string; readonly manifest: FlashManifest }[];
  /** Public key in base64, and what people compare of it. */
  readonly key?: string;
  readonly fingerprint?: string;
}

const isSupported = "serial" in navigator;
const ticket = new URLSearchParams(location.hash.slice(1)).get("key");

function find<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function made(tag: string, text: string, className = ""): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

function addressOf(id: string, file: string): string {
  return `images/${encodeURIComponent(id)}/${encodeURIComponent(file)}`;
}

/** @throws Error when the server refuses */
async function ask(path: string): Promise<Response> {
  const response = await fetch(path, ticket === null ? {} : { headers: { Authorization: `Bearer ${ticket}` } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await ask(path)).arrayBuffer());
}

/** What was checked is what is installed: the parts are given to the installer from memory. */
async function prepare(id: string, key: string): Promise<string> {
  const manifest = await checkManifest(
    await bytesOf(addressOf(id, "manifest.json")),
    await (await ask(addressOf(id, "manifest.sig"))).text(),
    key,
  );
  const [build] = manifest.builds;
  const parts = [];
  for (const part of build.parts) {
    const content = await bytesOf(addressOf(id, part.path));
    await checkPart(part, content);
    parts.push({ path: URL.createObjectURL(new Blob([content])), offset: part.offset });
  }
  const checked = { ...manifest, builds: [{ chipFamily: build.chipFamily, parts }] };
  return URL.createObjectURL(new Blob([JSON.stringify(checked)], { type: "application/json" }));
}

function say(text: string): void {
  find("notice").textContent = text;
}

function textOfFault(error: unknown): string {
  if (!(error instanceof FlashCheckError)) return flashText("lost");
  const text = flashText(error.code as FlashTextName);
  return error.code === "flash-part" ? `${text} ${error.message}` : text;
}

/** The element of ESP Web Tools, which asks for the port and does the rest. */
async function installer(manifestUrl: string): Promise<HTMLElement> {
  await import(new URL("tools/install-button.js", location.href).href);
  const element = document.createElement("esp-web-install-button");
  Object.assign(element, { manifest: manifestUrl });
  const button = made("button", flashText("install"));
  button.slot = "activate";
  element.append(button);
  return element;
}

async function checkImage(item: HTMLElement, button: HTMLButtonElement, id: string, key: string): Promise<void> {
  button.disabled = true;
  say(flashText("checking"));
  try {
    button.replaceWith(await installer(await prepare(id, key)));
    item.dataset["state"] = "ready";
    say(flashText("ready"));
  } catch (error) {
    item.dataset["state"] = "refused";
    button.disabled = false;
    say(textOfFault(error));
  }
}

function kilobytes(parts: readonly FlashPart[]): string {
  return `${Math.ceil(parts.reduce((sum, { bytes }) => sum + bytes, 0) / 1024)} KB`;
}

function showByHand(id: string, { chipFamily, parts }: FlashManifest["builds"][0]): void {
  find("by-hand").hidden = false;
  find("parts").replaceChildren(
    ...parts.map(({ path }) => {
      const link = Object.assign(document.createElement("a"), { href: addressOf(id, path), download: path });
      link.textContent = path;
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
  const chip = chipFamily.toLowerCase().replaceAll("-", "");
  const files = parts.map(({ path, offset }) => `0x${offset.toString(16)} ${path}`).join(" ");
  find("command").textContent = `esptool --chip ${chip} --baud 460800 write_flash ${files}`;
}

function imageItem(id: string, manifest: FlashManifest, key: string): HTMLElement {
  const [build] = manifest.builds;
  const item = document.createElement("li");
  const words = `${build.chipFamily} · ${kilobytes(build.parts)}`;
  item.append(made("strong", `${manifest.board} ${manifest.version}`), made("span", words, "hint"));
  const byHand = made("button", flashText("byHand")) as HTMLButtonElement;
  byHand.onclick = () => {
    showByHand(id, build);
    find("by-hand").scrollIntoView();
  };
  if (isSupported && isSecureContext) {
    const check = made("button", flashText("check"), "main") as HTMLButtonElement;
    check.onclick = () => void checkImage(item, check, id, key);
    item.append(check);
  }
  item.append(byHand);
  return item;
}

async function show(): Promise<void> {
  const { otaUrl, images, key = "", fingerprint = "" } = (await (await ask("state")).json()) as FlashState;
  find("address").textContent = otaUrl;
  find("not-allowed").hidden = images !== undefined;
  find("none").hidden = images?.length !== 0;
  if (!images || images.length === 0) return;
  find("images").replaceChildren(...images.map(({ id, manifest }) => imageItem(id, manifest, key)));
  find("signed-by").hidden = false;
  find("key").textContent = fingerprint;
  const [first] = images;
  if (first && !(isSupported && isSecureContext)) showByHand(first.id, first.manifest.builds[0]);
}

async function openSecure(): Promise<void> {
  const answer = await fetch("phone", { method: "POST" });
  const { url = "", fingerprint = "", message = "" } = (await answer.json()) as { [name: string]: string };
  if (!answer.ok) return say(message);
  find("secure-answer").hidden = false;
  find<HTMLAnchorElement>("secure-url").href = url;
  find("secure-url").textContent = url;
  find("fingerprint").textContent = fingerprint;
}

translateFlash();
find("steps").replaceChildren(...flashSteps().map((text) => made("li", text)));
find("insecure").hidden = isSecureContext;
find("unsupported").hidden = isSupported || !isSecureContext;
find("local-url").textContent = `http://localhost:${location.port || "80"}/flash/`;
find("secure").onclick = () => void openSecure().catch(() => say(flashText("lost")));
find("copy").onclick = async () => {
  const address = find("address");
  getSelection()?.selectAllChildren(address);
  // Pages without HTTPS have no clipboard; the address is marked for the reader to copy.
  await navigator.clipboard?.writeText(address.textContent ?? "");
  if (navigator.clipboard) find("copy").textContent = flashText("copied");
};
show().catch(() => say(flashText("lost")));
