import { drawCode } from "./code-picture.ts";
import { type BoardButton, type DeviceMessage, Line, type Lines } from "./line.ts";
import { Sound } from "./sound.ts";
import { stateName, textOf, textOfCode, translate } from "./texts.ts";

const USUAL_BOARD = "simulator-screen";
const PHRASE = "hey computer";
const MAX_LOG_LINES = 200;
/** Pixels of a screen that is shown larger than it is. */
const SMALL = 128;
/** ms that a device may take from the click to listening. */
const LISTEN_MS = 15_000;

function find<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

const board = find<HTMLSelectElement>("board");
const power = find<HTMLButtonElement>("power");
const keyForm = find<HTMLFormElement>("key-form");
const key = find<HTMLInputElement>("key");
const notice = find("notice");
const device = find("device");
const light = find("light");
const stateText = find<HTMLOutputElement>("state");
const screen = find<HTMLCanvasElement>("screen");
const talk = find<HTMLButtonElement>("talk");
const wake = find<HTMLButtonElement>("wake");
const phrase = find<HTMLInputElement>("phrase");
const wav = find<HTMLInputElement>("wav");
const lines = find("lines");
const log = find("log");

/** What is there while the device is on. */
let running: { readonly line: Line; readonly sound: Sound } | undefined;
/** How far the device that was switched on last has come. */
let came: "no way" | "to life" | "to a failure" = "no way";
let state = "off";
let watchers: (() => void)[] = [];
/** ms that the shortest press takes for the board. */
const SHORTEST_PRESS_MS = 100;
let pressedAt = 0;
let releasing: ReturnType<typeof setTimeout> | undefined;

/** The same browser is the same device; a page that is not over HTTPS has no ready-made ids. */
function ownId(): string {
  const kept = localStorage.getItem("xiaozhi-device");
  if (kept !== null) return kept;
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  localStorage.setItem("xiaozhi-device", id);
  return id;
}

function keyInAddress(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("key");
}

async function switchOn(): Promise<void> {
  notice.textContent = textOf("starting");
  lines.replaceChildren();
  log.textContent = "";
  const given = key.value || keyInAddress();
  const sound = new Sound((frame) => line.hear(frame));
  const opening = { type: "open", board: board.value, id: ownId(), ...(given ? { key: given } : {}) };
  const line: Line = new Line(opening, {
    onMessage: take,
    onSound: (samples, rate) => sound.play(samples, rate),
    onLines: paint,
    onClose: () => {
      if (running?.line === line)
        switchOff(came === "to a failure" ? undefined : textOf(came === "to life" ? "ended" : "lost"));
    },
  });
  running = { line, sound };
  came = "no way";
  power.textContent = textOf("off");
  board.disabled = true;
  const fault = await sound.open();
  if (fault && running) notice.textContent = textOf(fault);
}

function switchOff(said?: string): void {
  const former = running;
  running = undefined;
  former?.line.close();
  // Closing twice is the only way for this to fail.
  void former?.sound.close().catch(() => {});
  power.textContent = textOf("on");
  board.disabled = false;
  device.hidden = true;
  screen.hidden = true;
  phrase.checked = false;
  showButtons({ others: [], hasGlass: false });
  setState("off");
  if (said !== undefined) notice.textContent = said;
}

function take(message: DeviceMessage): void {
  if (message.type === "ready") begin();
  else if (message.type === "state") setState(message.state);
  else if (message.type === "light") shine(message.colors);
  else if (message.type === "screen") openScreen(message);
  else if (message.type === "talk") addLine(message.who, message.text);
  else if (message.type === "log") addLog(`${message.level} ${message.text}`);
  else if (message.type === "phrase") showPhrase(message);
  else if (message.type === "buttons") showButtons(message);
  else fail(message.code, message.message);
}

function begin(): void {
  came = "to life";
  find("talked").hidden = false;
  if (notice.textContent === textOf("starting")) notice.textContent = "";
  keyForm.hidden = true;
  device.hidden = false;
}

function fail(code: string, message: string): void {
  came = "to a failure";
  keyForm.hidden = code !== "key-wrong";
  notice.textContent = textOfCode(code, message);
}

function setState(name: string): void {
  state = name;
  stateText.value = stateName(name);
  device.dataset["state"] = name;
  for (const watcher of watchers) watcher();
}

/** Resolves when the device is in that state; false when it takes too long. */
function reached(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isReached: boolean) => {
      clearTimeout(late);
      watchers = watchers.filter((other) => other !== watcher);
      resolve(isReached);
    };
    const watcher = () => state === name && end(true);
    const late = setTimeout(() => end(false), LISTEN_MS);
    watchers.push(watcher);
    watcher();
  });
}

function shine(colors: readonly (readonly [number, number, number])[]): void {
  const [red, green, blue] = colors.find((color) => color.some((part) => part > 0)) ?? [0, 0, 0];
  const most = Math.max(red, green, blue);
  // A pixel that is dimmed to a tenth is bright in a room, and would be black here.
  const color = [red, green, blue].map((part) => (most === 0 ? 0 : Math.round((part * 255) / most))).join(" ");
  light.style.background = most === 0 ? "" : `rgb(${color})`;
  light.style.boxShadow = most === 0 ? "" : `0 0 12px rgb(${color})`;
  light.setAttribute("aria-label", most === 0 ? textOf("dark") : `rgb ${color}`);
}

function openScreen({ width, height, isRound }: { width: number; height: number; isRound: boolean }): void {
  screen.width = width;
  screen.height = height;
  screen.classList.toggle("round", isRound);
  // Enlarged, pixels are to be seen rather than blurred.
  screen.classList.toggle("small", width <= SMALL);
  screen.hidden = false;
}

function paint({ first, count, width, rgb }: Lines): void {
  const image = new ImageData(width, count);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    image.data.set([rgb[from] as number, rgb[from + 1] as number, rgb[from + 2] as number, 255], to);
  }
  screen.getContext("2d")?.putImageData(image, 0, first);
}

function addLine(who: string, text: string): void {
  const line = document.createElement("li");
  line.className = who;
  line.textContent = text;
  lines.append(line);
}

function addLog(text: string): void {
  const kept = `${log.textContent}${text}\n`.split("\n");
  log.textContent = kept.slice(-MAX_LOG_LINES).join("\n");
}

function showPhrase({ phrase: heard, error }: { phrase?: string; error?: string }): void {
  phrase.checked = heard !== undefined;
  notice.textContent = error ?? "";
}

/** Buttons of the board beside that to talk, which its screen may be: whoever holds one holds it there. */
function showButtons({ others, hasGlass }: { others: readonly BoardButton[]; hasGlass: boolean }): void {
  const row = find("buttons");
  row.hidden = others.length === 0;
  screen.classList.toggle("glass", hasGlass);
  find("hint").textContent = textOf(hasGlass ? "touch" : "hint");
  row.replaceChildren(
    ...others.map(({ pin, use }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = textOf(use === "talk" ? "alsoTalk" : use);
      button.title = `${textOf("pin")} ${pin}`;
      const press = (isHeld: boolean) => running?.line.say({ type: isHeld ? "press" : "release", pin });
      button.onpointerdown = () => press(true);
      button.onpointerup = button.onpointercancel = button.onpointerleave = () => press(false);
      button.onkeydown = ({ key: pressed, repeat }) => {
        if (!repeat && (pressed === " " || pressed === "Enter")) press(true);
      };
      button.onkeyup = button.onblur = () => press(false);
      return button;
    }),
  );
}

/** Held as the talk button is, by a finger or a mouse. */
function holdable(element: HTMLElement): void {
  element.onpointerdown = (event) => {
    if (element === screen && !screen.classList.contains("glass")) return;
    element.setPointerCapture(event.pointerId);
    hold(true);
  };
  element.onpointerup = element.onpointercancel = () => hold(false);
}

function hold(isHeld: boolean): void {
  if (talk.classList.contains("held") === isHeld) return;
  talk.classList.toggle("held", isHeld);
  if (isHeld) press();
  else release();
}

/** One that follows at once goes on with the one before. */
function press(): void {
  clearTimeout(releasing);
  if (releasing === undefined) running?.line.say({ type: "press" });
  releasing = undefined;
  pressedAt = performance.now();
}

/** A key, or what reads the page to somebody, may be done with a button before its board has looked at it. */
function release(): void {
  const early = pressedAt + SHORTEST_PRESS_MS - performance.now();
  releasing = setTimeout(() => {
    releasing = undefined;
    running?.line.say({ type: "release" });
  }, early);
}

/** A recording is spoken to a device that listens: one at rest is called first. */
async function speak(file: File): Promise<void> {
  const now = running;
  if (!now) return;
  if (state === "idle") {
    press();
    release();
  }
  if (!(await reached("listening"))) return;
  try {
    await now.sound.speak(await file.arrayBuffer());
  } catch {
    notice.textContent = textOf("noSound");
  }
}

async function listBoards(): Promise<void> {
  const names = (await (await fetch("boards")).json()) as string[];
  for (const name of names) board.add(new Option(name, name, name === USUAL_BOARD, name === USUAL_BOARD));
  power.disabled = false;
}

/** A code that brings a phone here, over HTTPS. */
async function invite(): Promise<void> {
  const answer = await fetch("phone", { method: "POST" });
  const { url = "", fingerprint = "", code = "", message = "" } = (await answer.json()) as { [name: string]: string };
  if (!answer.ok) {
    notice.textContent = textOfCode(code, message);
    return;
  }
  find("invitation").hidden = false;
  find("phone-url").textContent = url;
  find("fingerprint").textContent = fingerprint;
  find("code").setAttribute("aria-label", textOf("code"));
  drawCode(find("code") as HTMLCanvasElement, url);
}

find("phone").onclick = () => {
  invite().catch(() => {
    notice.textContent = textOf("lost");
  });
};
power.onclick = () => {
  if (running) switchOff(textOf("ended"));
  else switchOn().catch(() => switchOff(textOf("lost")));
};
keyForm.onsubmit = (event) => {
  event.preventDefault();
  keyForm.hidden = true;
  switchOn().catch(() => switchOff(textOf("lost")));
};
holdable(talk);
holdable(screen);
talk.onkeydown = ({ key: pressed, repeat }) => {
  if (!repeat && (pressed === " " || pressed === "Enter")) hold(true);
};
talk.onkeyup = () => hold(false);
talk.onblur = () => hold(false);
wake.onclick = () => running?.line.say({ type: "wake" });
phrase.onchange = () => {
  if (phrase.checked) notice.textContent = textOf("loading");
  running?.line.say({ type: "phrase", ...(phrase.checked ? { phrase: PHRASE } : {}) });
};
wav.onchange = () => {
  const [file] = wav.files ?? [];
  if (file) void speak(file);
  wav.value = "";
};

translate();
listBoards().catch(() => {
  notice.textContent = textOf("lost");
});
