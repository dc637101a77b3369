import type { Browser } from "playwright-core";
import { createAgent, updateAgent } from "../../../host-server/storage/agents.ts";
import { createDevice } from "../../../host-server/storage/devices.ts";
import {
  createFirmware,
  noteInstalled,
  noteOffer,
  updateFirmware,
} from "../../../host-server/storage/fleet/firmware.ts";
import { createTemplate } from "../../../host-server/storage/fleet/templates.ts";
import { createDocument } from "../../../host-server/storage/knowledge.ts";
import { setMemory } from "../../../host-server/storage/memories.ts";
import { addMessages } from "../../../host-server/storage/messages.ts";
import { createModel } from "../../../host-server/storage/models.ts";
import { setParameter } from "../../../host-server/storage/parameters.ts";
import type { Storage } from "../../../host-server/storage/storage.ts";
import { createVoiceprint } from "../../../host-server/storage/voiceprints.ts";
import { type Look, openConsole, startServer } from "./console-place.ts";

const ADA = { name: "Ada", email: "ada@home.lan", password: "a long sentence" };

/** Of a house: its names are as long as people make them. */
export const AGENT = "f0000000-0000-4000-8000-000000000001";
export const SESSION = "f0000000-0000-4000-8000-000000000002";
const BOARD = "bread-compact-wifi-lcd-st7789-240x320-no-ips";
const LONG = "Grandmother's kitchen on the second floor, by the window with the herbs";
const HOUR_MS = 3_600_000;

/** A server with an account, and some of everything. */
export async function startFilledServer() {
  const place = await startServer("", { binding: false });
  const headers = { "Content-Type": "application/json", Origin: place.url.slice(0, -1) };
  const body = JSON.stringify(ADA);
  const answer = await fetch(`${place.url}api/auth/sign-up/email`, { method: "POST", headers, body });
  const { user } = (await answer.json()) as { user: { id: string } };
  await fill(place.storage, user.id);
  return place;
}

/** A browser in which its account is logged in, by keys alone. */
export async function enter(browser: Browser, url: string, look: Look) {
  const opened = await openConsole(browser, url, look);
  await opened.page.locator("input[type=email]").fill(ADA.email);
  await opened.page.locator("input[type=password]").fill(ADA.password);
  await opened.page.keyboard.press("Enter");
  await opened.page.locator("#main-content").waitFor();
  return opened;
}

/** Fills a server's database with some of everything. @param owner of devices and assistants */
async function fill(storage: Storage, owner: string): Promise<void> {
  await createAgent(storage, { id: AGENT, name: `${LONG} (做饭的助手)`, owner, settings: { prompt: "Cook." } });
  await updateAgent(storage, AGENT, { settings: { prompt: "You are a cook of few words." } });
  await fillDevices(storage, owner);
  await fillHistory(storage);
  await fillFirmware(storage);
  await createVoiceprint(storage, AGENT, { name: "Grandmother", description: "The one who asks for recipes" });
  await createTemplate(storage, {
    name: "Cook",
    description: "Knows what is in season",
    settings: { prompt: "Cook." },
  });
  await createModel(storage, { stage: "llm", name: "Qwen", provider: "openai", settings: { model: "qwen3" } });
  await createModel(storage, { stage: "tts", name: LONG, provider: "edge", settings: {}, isPreferred: true });
  await setParameter(storage, "server.timezone_offset", { value: "8", note: "The whole house is in Shanghai." });
  const passages = [
    { heading: "Soups", text: "Boil water. ".repeat(60) },
    ...Array(5).fill({ heading: "", text: "x" }),
  ];
  await createDocument(storage, { name: `${LONG}.pdf`, passages });
}

function macOf(index: number): string {
  return `aa:bb:cc:00:00:${index.toString(16).padStart(2, "0")}`;
}

async function fillDevices(storage: Storage, owner: string): Promise<void> {
  for (let index = 0; index < 30; index++) {
    const alias = index === 0 ? LONG : index % 3 === 0 ? "" : `Room ${index}`;
    const agent = index % 4 === 0 ? AGENT : null;
    await createDevice(storage, macOf(index), { alias, board: BOARD, version: "1.10.2", agent, owner });
    await setMemory(storage, macOf(index), AGENT, "Likes tea, not coffee. ".repeat(1 + (index % 4)));
  }
}

async function fillHistory(storage: Storage): Promise<void> {
  const now = Date.now();
  for (let index = 0; index < 12; index++) {
    const id = index === 0 ? SESSION : `f0000000-0000-4000-8000-0000000001${10 + index}`;
    const at = now - index * 7 * HOUR_MS;
    const title = index === 0 ? `What is in season, and what ${LONG} has of it` : index % 2 ? "" : "今天吃什么";
    const session = { id, device: macOf(index), agent: AGENT, title, turns: 2, started: at, ended: at + 60_000 };
    await storage.db.insertInto("sessions").values(session).execute();
    const said = { session: id, device: macOf(index), agent: AGENT } as const;
    const stages = { endpoint: 610, asr: 180, think: 640, tts: 190, firstFrame: 1_640, total: 4_200 };
    const sound = { type: "audio/wav", data: new Uint8Array(4) };
    await addMessages(storage, [
      { ...said, role: "user", text: "What is in season?", at, detail: { speaker: "Grandmother" }, audio: sound },
      {
        ...said,
        role: "tool",
        text: "leek, cabbage",
        at: at + 900,
        detail: { name: "search_documents", arguments: {} },
      },
      { ...said, role: "assistant", text: "Leek and cabbage. ".repeat(6), at: at + 2_000, detail: { stages } },
    ]);
  }
}

async function fillFirmware(storage: Storage): Promise<void> {
  const image = { board: BOARD, project: "xiaozhi", bytes: 2_345_678, sha256: "0".repeat(64) };
  await createFirmware(storage, { ...image, id: "a.bin", version: "1.10.2", note: "" });
  await createFirmware(storage, { ...image, id: "b.bin", version: "1.11.0", note: "Answers sooner; louder at night" });
  await updateFirmware(storage, "b.bin", {
    state: "running",
    percent: 30,
    groups: ["second floor"],
    started: Date.now(),
  });
  for (let index = 0; index < 9; index++) {
    await noteOffer(storage, { firmware: "b.bin", device: macOf(index), previous: "1.10.2" });
    if (index % 2 === 0) await noteInstalled(storage, "b.bin", macOf(index));
  }
}
