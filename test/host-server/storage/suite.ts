import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { listSnapshots, restoreSnapshot } from "../../../host-server/storage/agent-snapshots.ts";
import { createAgent, getAgent, listAgents, removeAgent, updateAgent } from "../../../host-server/storage/agents.ts";
import { listAudit, noteChange } from "../../../host-server/storage/audit-log.ts";
import {
  createDocument,
  getDocument,
  listDocuments,
  passagesOf,
  removeDocument,
} from "../../../host-server/storage/knowledge.ts";
import { setTags, tagsOf } from "../../../host-server/storage/labels.ts";
import { getMemory, removeMemory, setMemory } from "../../../host-server/storage/memories.ts";
import { addMessages, audioOf, listMessages, type NewMessage } from "../../../host-server/storage/messages.ts";
import { createModel, getModel, listModels, removeModel, updateModel } from "../../../host-server/storage/models.ts";
import {
  getParameter,
  listParameters,
  removeParameter,
  setParameter,
} from "../../../host-server/storage/parameters.ts";
import { searchPassages } from "../../../host-server/storage/search/passage-search.ts";
import {
  getSession,
  listSessions,
  removeSession,
  removeSessionsBefore,
  updateSession,
} from "../../../host-server/storage/sessions.ts";
import { inTransaction, type Storage } from "../../../host-server/storage/storage.ts";
import {
  createVoiceprint,
  getVoiceprint,
  listVoiceprints,
  removeVoiceprint,
  updateVoiceprint,
} from "../../../host-server/storage/voiceprints.ts";
import { deviceTests } from "./device-tests.ts";
import { refuses } from "./refuses.ts";

const MAC = "AA:BB:CC:00:11:22";
const TABLES = ["agents", "devices", "sessions", "memories", "models", "parameters", "documents", "audit_log"] as const;

/** What the storage does, whichever database it has: run for SQLite with the quick tests, for PostgreSQL with the slow ones. */
export function storageSuite(open: () => Promise<Storage>): void {
  let storage: Storage;

  before(async () => {
    storage = await open();
  });

  beforeEach(async () => {
    for (const table of TABLES) await storage.db.deleteFrom(table).execute();
  });

  after(() => storage.close());

  async function keepSession(id: string, values: { device?: string; agent?: string; started?: number } = {}) {
    const { device = "aa", agent = null, started = 1_000 } = values;
    const row = { id, device, agent, title: `Talk ${id}`, turns: 1, started, ended: started + 500 };
    await storage.db.insertInto("sessions").values(row).execute();
  }

  function said(text: string, more: Partial<NewMessage> = {}): NewMessage {
    return { session: "s1", device: "AA", agent: null, role: "user", text, at: 1_000, ...more };
  }

  test("an agent is kept, changed, found and removed", async () => {
    const agent = await createAgent(storage, { name: "老师", settings: { prompt: "Teach.", tts: { use: "flite" } } });
    assert.deepEqual(await getAgent(storage, agent.id), agent);
    const changed = await updateAgent(storage, agent.id, { name: "Teacher", version: 1 });
    assert.equal(changed.version, 2);
    assert.deepEqual((await getAgent(storage, agent.id))?.settings, agent.settings);
    await refuses("storage-conflict", updateAgent(storage, agent.id, { name: "Late", version: 1 }));
    await refuses("storage-missing", updateAgent(storage, "nobody", { name: "x" }));
    await refuses("storage-conflict", createAgent(storage, { id: agent.id, name: "Again", settings: {} }));
    assert.equal(await removeAgent(storage, agent.id), true);
    assert.equal(await removeAgent(storage, agent.id), false);
  });

  test("a list of agents is searched, filtered, sorted and cut into pages", async () => {
    for (const name of ["Chef", "Teacher", "Preacher", "老师"]) {
      await createAgent(storage, { id: name, name, owner: name === "Chef" ? "ann" : "bob", settings: {} });
    }
    await setTags(storage, "Chef", ["kitchen", "fun"]);
    const names = async (filter: Parameters<typeof listAgents>[1]) =>
      (await listAgents(storage, filter)).rows.map(({ name }) => name);
    assert.deepEqual(await names({}), ["Chef", "Preacher", "Teacher", "老师"]);
    assert.deepEqual(await names({ search: "EACH", order: "desc" }), ["Teacher", "Preacher"]);
    assert.deepEqual(await names({ search: "师" }), ["老师"]);
    assert.deepEqual(await names({ search: "%" }), []);
    assert.deepEqual(await names({ owner: "ann" }), ["Chef"]);
    assert.deepEqual(await names({ tag: "fun" }), ["Chef"]);
    assert.deepEqual(await tagsOf(storage, "Chef"), ["fun", "kitchen"]);
    const page = await listAgents(storage, { page: 2, perPage: 3 });
    assert.deepEqual([page.rows.map(({ name }) => name), page.total, page.isCounted], [["老师"], 4, true]);
  });

  test("an agent's former versions are listed and restored", async () => {
    const { id } = await createAgent(storage, { name: "One", settings: { prompt: "1" } });
    await updateAgent(storage, id, { name: "Two", settings: { prompt: "2" }, author: "ann" });
    await updateAgent(storage, id, { settings: { prompt: "3" } });
    const snapshots = await listSnapshots(storage, id);
    assert.deepEqual(
      snapshots.map(({ version, name, author }) => [version, name, author]),
      [
        [2, "Two", null],
        [1, "One", "ann"],
      ],
    );
    const restored = await restoreSnapshot(storage, id, 1);
    assert.deepEqual([restored.name, restored.settings, restored.version], ["One", { prompt: "1" }, 4]);
    await refuses("storage-missing", restoreSnapshot(storage, id, 99));
  });

  deviceTests(() => storage);

  test("messages come in order, with what belongs to them, and go with their session", async () => {
    await keepSession("s1");
    const audio = { type: "audio/ogg", data: new Uint8Array([0, 255, 7]) };
    const ids = await addMessages(storage, [
      said("What time is it?", { audio }),
      said("Ten.", { role: "assistant", detail: { ms: 12 } }),
    ]);
    const { rows } = await listMessages(storage, { session: "s1", order: "asc" });
    assert.deepEqual(
      rows.map(({ id, text, role, detail, device }) => [id, text, role, detail, device]),
      [
        [ids[0], "What time is it?", "user", null, "aa"],
        [ids[1], "Ten.", "assistant", { ms: 12 }, "aa"],
      ],
    );
    const kept = await audioOf(storage, ids[0] as number);
    assert.deepEqual([kept?.type, [...(kept?.data ?? [])]], ["audio/ogg", [0, 255, 7]]);
    assert.equal(await audioOf(storage, ids[1] as number), undefined);
    assert.equal(await removeSession(storage, "s1"), true);
    assert.equal((await listMessages(storage)).total, 0);
    assert.equal((await listMessages(storage, { search: "ten" })).total, 0);
    await refuses("storage-reference", addMessages(storage, [said("to nobody")]));
  });

  test("messages are found by pieces of Chinese and beginnings of words", async () => {
    await keepSession("s1");
    await keepSession("s2", { device: "bb" });
    await addMessages(storage, [
      said("今天天气很好"),
      said("Turn on the kitchen's lamp"),
      said("テレビをつけて", { session: "s2", device: "bb" }),
      said("C'est l'été à Paris"),
    ]);
    const find = async (search: string, more = {}) =>
      (await listMessages(storage, { search, order: "asc", ...more })).rows.map(({ text }) => text.slice(0, 4));
    assert.deepEqual(await find("天气"), ["今天天气"]);
    assert.deepEqual(await find("好"), ["今天天气"]);
    assert.deepEqual(await find("气天"), []);
    assert.deepEqual(await find("LAMP kitch"), ["Turn"]);
    assert.deepEqual(await find("itchen"), []);
    assert.deepEqual(await find("テレビ"), ["テレビを"]);
    assert.deepEqual(await find("テレビ", { device: "AA" }), []);
    assert.deepEqual(await find("été"), ["C'es"]);
    assert.deepEqual(await find('"*'), []);
    assert.deepEqual(await find("lamp OR 天"), []);
  });

  test("a word that stands everywhere is counted up to a thousand, and found by device, role and page all the same", async () => {
    await keepSession("s1");
    await keepSession("s2", { device: "bb" });
    const many = Array.from({ length: 1_040 }, (_, at) => said(`rain ${at}`, at % 2 ? { role: "tool", at } : { at }));
    await addMessages(storage, [...many, said("rain there", { session: "s2", device: "bb", at: 5_000 })]);
    const find = async (filter: Parameters<typeof listMessages>[1]) => {
      const { rows, total, isCounted } = await listMessages(storage, { search: "rain", perPage: 2, ...filter });
      return [...rows.map(({ text }) => text.slice(5)), total, isCounted];
    };
    assert.deepEqual(await find({}), ["there", "1039", 1_000, false]);
    assert.deepEqual(await find({ page: 3 }), ["1036", "1035", 1_000, false]);
    assert.deepEqual(await find({ order: "asc" }), ["0", "1", 1_000, false]);
    assert.deepEqual(await find({ device: "BB" }), ["there", 1, true]);
    assert.deepEqual(await find({ role: "user" }), ["there", "1038", 521, true]);
    assert.deepEqual(await find({ session: "s1", role: "tool", until: 4 }), ["3", "1", 2, true]);
    assert.deepEqual(await find({ search: "rain 103", role: "user", from: 1_033 }), ["1038", "1036", 3, true]);
  });

  test("messages are listed by role, time and agent in one order, and no page lies beyond what is counted", async () => {
    await keepSession("s1");
    await addMessages(storage, [
      said("a", { at: 1 }),
      said("b", { at: 2, role: "tool" }),
      said("c", { at: 3, agent: "g" }),
    ]);
    const texts = async (filter: Parameters<typeof listMessages>[1]) =>
      (await listMessages(storage, filter)).rows.map(({ text }) => text).join("");
    assert.equal(await texts({}), "cba");
    assert.equal(await texts({ from: 2 }), "cb");
    assert.equal(await texts({ until: 3, order: "asc" }), "ab");
    assert.equal(await texts({ role: "user" }), "ca");
    assert.equal(await texts({ role: "tool", from: 1 }), "b");
    assert.equal(await texts({ agent: "g", from: 1, role: "user" }), "c");
    assert.equal(await texts({ session: "s1", role: "user", until: 3 }), "a");
    assert.equal(await texts({ page: 2, perPage: 2 }), "a");
    assert.equal(await texts({ page: 1_000_000 }), "");
  });

  test("sessions are listed by device and time, named, and removed with age", async () => {
    await keepSession("s1", { device: "aa", started: 1_000 });
    await keepSession("s2", { device: "aa", started: 5_000, agent: "g" });
    await keepSession("s3", { device: "bb", started: 9_000 });
    const ids = async (filter: Parameters<typeof listSessions>[1]) =>
      (await listSessions(storage, filter)).rows.map(({ id }) => id);
    assert.deepEqual(await ids({}), ["s3", "s2", "s1"]);
    assert.deepEqual(await ids({ device: "AA" }), ["s2", "s1"]);
    assert.deepEqual(await ids({ agent: "g" }), ["s2"]);
    assert.deepEqual(await ids({ from: 2_000, until: 9_000 }), ["s2"]);
    assert.equal(await updateSession(storage, "s2", "About lamps"), true);
    assert.deepEqual(await ids({ search: "LAMP" }), ["s2"]);
    assert.equal(await removeSessionsBefore(storage, 6_000), 2);
    assert.equal(await getSession(storage, "s2"), undefined);
    assert.equal((await getSession(storage, "s3"))?.started, 9_000);
  });

  test("one model of a stage is preferred", async () => {
    const llm = { stage: "llm", provider: "openai", settings: { model: "a" } };
    const one = await createModel(storage, { ...llm, name: "One", isPreferred: true });
    const two = await createModel(storage, { ...llm, name: "Two" });
    const tts = await createModel(storage, { ...llm, stage: "tts", name: "Voice", isPreferred: true });
    assert.equal((await updateModel(storage, two.id, { isPreferred: true, isEnabled: false }))?.isEnabled, false);
    assert.equal((await getModel(storage, one.id))?.isPreferred, false);
    assert.equal((await getModel(storage, tts.id))?.isPreferred, true);
    assert.deepEqual(
      (await listModels(storage, { stage: "llm" })).rows.map(({ name }) => name),
      ["One", "Two"],
    );
    assert.equal(await updateModel(storage, "nobody", {}), undefined);
    assert.equal(await removeModel(storage, one.id), true);
  });

  test("memories, parameters and voiceprints are set, read and removed", async () => {
    await setMemory(storage, MAC, "g", "likes tea");
    await setMemory(storage, MAC.toLowerCase(), "g", "likes coffee");
    assert.equal(await getMemory(storage, MAC, "g"), "likes coffee");
    assert.equal(await removeMemory(storage, MAC, "g"), true);
    assert.equal(await getMemory(storage, MAC, "g"), "");

    await setParameter(storage, "server.websocket", { value: "ws://a", note: "address" });
    await setParameter(storage, "server.websocket", { value: "ws://b" });
    assert.equal(await getParameter(storage, "server.websocket"), "ws://b");
    assert.deepEqual(
      (await listParameters(storage, { search: "ADDR" })).rows.map(({ note }) => note),
      ["address"],
    );
    assert.equal(await removeParameter(storage, "server.websocket"), true);

    const { id: agent } = await createAgent(storage, { name: "A", settings: {} });
    const ann = await createVoiceprint(storage, agent, { name: "Ann" });
    await updateVoiceprint(storage, ann.id, { embedding: new Uint8Array([1, 2]) });
    assert.deepEqual([...((await getVoiceprint(storage, ann.id))?.embedding ?? [])], [1, 2]);
    assert.deepEqual(
      (await listVoiceprints(storage, agent)).map(({ name }) => name),
      ["Ann"],
    );
    assert.equal(await removeVoiceprint(storage, ann.id), true);
  });

  test("a document is kept in passages, replaced under its name, and removed with them", async () => {
    const passages = [
      { heading: "Care › Descaling", text: "Fill in vinegar." },
      { heading: "", text: "The end." },
    ];
    await createDocument(storage, { name: "kettle.md", passages: [{ heading: "", text: "An older text of lamps." }] });
    const { id } = await createDocument(storage, { name: "kettle.md", passages });
    await createDocument(storage, { name: "kettle.md", collection: "work", passages: [] });
    const { rows, total } = await listDocuments(storage, { search: "KETTLE", sort: "collection" });
    assert.deepEqual([total, rows[0]?.id, rows[0]?.passages, rows[0]?.characters], [2, id, 2, 24]);
    assert.deepEqual(await passagesOf(storage, id), passages);
    assert.equal((await searchPassages(storage, "lamps", { limit: 5 })).length, 0);
    assert.equal((await searchPassages(storage, "vinegar", { limit: 5 })).length, 1);
    assert.equal(await removeDocument(storage, id), true);
    assert.equal(await removeDocument(storage, id), false);
    assert.equal(await getDocument(storage, id), undefined);
    assert.equal((await searchPassages(storage, "vinegar", { limit: 5 })).length, 0);
  });

  test("a question leads to the passages with its rare words, whatever else it says", async () => {
    const manual = (texts: readonly string[]) => texts.map((text) => ({ heading: "", text }));
    await createDocument(storage, {
      name: "washer.md",
      passages: [
        { heading: "Guarantee", text: "The machine is covered for five years." },
        ...manual(["The drum is cleaned with the programme Clean.", "The door is locked while the drum turns."]),
      ],
    });
    await createDocument(storage, {
      name: "洗衣机说明书.txt",
      collection: "zh",
      passages: manual(["整机保修三年，电机保修十年。", "请每月清洗一次滚筒。"]),
    });
    const find = async (question: string, collections: string[] = []) =>
      (await searchPassages(storage, question, { collections, limit: 2 })).map(({ text }) => text.slice(0, 8));
    assert.equal((await find("How many years is the guarantee of the machine?"))[0], "The mach");
    assert.equal((await find("cleaning the drums"))[0], "The drum");
    assert.equal((await find("洗衣机的电机保修期是多久？"))[0], "整机保修三年，电");
    assert.equal((await find("滚筒多久清洗？", ["zh"]))[0], "请每月清洗一次滚");
    assert.deepEqual(await find("滚筒多久清洗？", ["en"]), []);
    assert.deepEqual(await find("Who won at football yesterday evening?"), []);
    assert.deepEqual(await find(" '*\" OR | & "), []);
  });

  test("the audit log says who did what to which", async () => {
    await noteChange(storage, { actor: "ann", action: "update", entity: "agent", subject: "1", detail: { name: "x" } });
    await noteChange(storage, { actor: "bob", action: "remove", entity: "device", subject: "2" });
    const { rows } = await listAudit(storage, { actor: "ann" });
    assert.deepEqual(
      rows.map(({ action, detail }) => [action, detail]),
      [["update", { name: "x" }]],
    );
    assert.equal((await listAudit(storage)).rows[0]?.actor, "bob");
  });

  test("a transaction takes effect wholly or not at all, and others wait for it", async () => {
    const broken = inTransaction(storage, async (inner) => {
      await createAgent(inner, { id: "half", name: "Half", settings: {} });
      await createAgent(inner, { id: "half", name: "Twice", settings: {} });
    });
    const other = createAgent(storage, { id: "whole", name: "Whole", settings: {} });
    await refuses("storage-conflict", broken);
    await other;
    assert.deepEqual(
      (await listAgents(storage)).rows.map(({ id }) => id),
      ["whole"],
    );
  });

  test("big numbers, empty bytes and odd texts come back as they went", async () => {
    const text = "ab'\"\\; -- 😀\n";
    await setParameter(storage, "odd", { value: `\0${text}\0` });
    assert.equal(await getParameter(storage, "odd"), text);
    await keepSession("late", { started: 9_007_199_254_740_000 });
    assert.equal((await getSession(storage, "late"))?.started, 9_007_199_254_740_000);
    await keepSession("s1");
    const [id] = await addMessages(storage, [said("x", { audio: { type: "", data: new Uint8Array() } })]);
    assert.equal((await audioOf(storage, id as number))?.data.length, 0);
  });
}
