import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { readDatabase } from "../../../cli/doctor/database.ts";
import { findAll } from "../../../cli/doctor/doctor.ts";
import { describeFindings } from "../../../cli/doctor/finding.ts";
import { type Computer, checkNetwork } from "../../../cli/doctor/network.ts";
import { checkPorts, inodesOf, portsOf } from "../../../cli/doctor/ports.ts";
import { checkStages } from "../../../cli/doctor/stages.ts";
import { checkClock, judgeClock } from "../../../cli/doctor/time.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import type { Config } from "../../../host-server/config/schema.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { openServerStorage } from "../../../host-server/server/open-storage.ts";
import { createModel } from "../../../host-server/storage/models.ts";
import { setParameter } from "../../../host-server/storage/parameters.ts";
import { silentLog } from "../../host-server/fakes/log.ts";
import { KEY, startVoiceService } from "../setup/voice-service.ts";

function configOf(t: TestContext, yaml: string): { config: Config; path: string } {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-doctor-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, ".config.yaml");
  writeFileSync(path, yaml, { mode: 0o600 });
  return { config: loadConfig({ path, env: {}, providers }).config, path };
}

const HOME: Computer = {
  platform: "linux",
  address: "192.168.1.20",
  read: () => undefined,
  succeeds: async () => false,
};

test("a port in use is named with its owner and the key that moves it; the others are free", async (t) => {
  const squatter = createTcpServer();
  await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
  t.after(() => squatter.close());
  const { port } = squatter.address() as AddressInfo;
  const yaml = `server: { ip: 127.0.0.1, port: ${port}, http_port: 0 }\nmcp_endpoint_server: { port: 0 }`;
  const [busy, ...others] = await checkPorts(configOf(t, yaml).config);
  assert.equal(busy?.level, "fault");
  assert.match(
    busy?.text ?? "",
    process.platform === "linux" ? new RegExp(`process ${process.pid}\\) has it`) : /has it/,
  );
  assert.match(busy?.advice ?? "", /server\.port/);
  assert.deepEqual(
    others.map(({ level }) => level),
    ["good", "good"],
  );
});

test("the gateway's ports are looked at where there is a gateway", (t) => {
  const keys = portsOf(configOf(t, "gateway: { enabled: true, tls_cert: a, tls_key: b }").config).map(({ key }) => key);
  const gateway = ["gateway.port", "gateway.tls_port", "gateway.udp_port", "gateway.api_port"];
  assert.deepEqual(keys, ["server.port", "server.http_port", "mcp_endpoint_server.port", ...gateway]);
});

test("the kernel's table of sockets is read, whatever is in it", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1",
    "   1: 0100007F:1F40 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1",
  ].join("\n");
  assert.deepEqual(inodesOf("tcp", 8000, table), ["4711"]);
  assert.deepEqual(inodesOf("tcp", 8001, table), []);
  fc.assert(fc.property(fc.string(), (text) => Array.isArray(inodesOf("udp", 80, text))));
});

test("the network: the OTA URL, and what stands between", async (t) => {
  const { config } = configOf(t, "server: { http_port: 8002 }");
  const [plain, ...none] = await checkNetwork(config, HOME);
  assert.equal(plain?.text, "OTA URL for devices: http://192.168.1.20:8002/xiaozhi/ota/");
  assert.deepEqual(none, []);
  const files = (texts: { [path: string]: string }): Computer => ({ ...HOME, read: (path) => texts[path] });
  const text = async (computer: Computer) => JSON.stringify((await checkNetwork(config, computer)).slice(1));
  assert.match(await text(files({ "/proc/version": "Linux 5.15-microsoft-standard-WSL2" })), /WSL2.*mirrored/);
  assert.match(await text(files({ "/.dockerenv": "" })), /container.*8000, 8002, 8004/);
  assert.match(await text(files({ "/etc/ufw/ufw.conf": "# ufw\nENABLED=yes\n" })), /sudo ufw allow 8000\/tcp/);
  assert.equal(await text(files({ "/etc/ufw/ufw.conf": "ENABLED=no\n" })), "[]");
  assert.match(
    await text({ ...HOME, succeeds: async (command) => command === "firewall-cmd" }),
    /--add-port=8000\/tcp/,
  );
  assert.match(await text({ ...HOME, platform: "win32" }), /private networks/);
  const [alone] = await checkNetwork(config, { ...HOME, address: "127.0.0.1" });
  assert.match(alone?.text ?? "", /no address in a local network/);
});

test("the clock is compared with a server's; a server that is not there leaves it open", async (t) => {
  const now = Date.parse("2026-06-01T12:00:00Z");
  const server = createServer((_request, response) => {
    response.writeHead(204, { date: new Date(now - 90_000).toUTCString() }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { config } = configOf(t, "");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const [fast] = await checkClock(config, url, () => now);
  assert.deepEqual([fast?.level, fast?.text.split(",")[0]], ["fault", "is 90 s fast"]);
  const [open] = await checkClock(config, "http://127.0.0.1:1/", () => now);
  assert.equal(open?.level, "note");
  assert.equal(judgeClock(now, now + 2000, "h").level, "good");
  assert.match(judgeClock(now, now + 20_000, "h").text, /20 s slow/);
});

test("the stages: who fills them, and why one cannot", async (t) => {
  const { url } = await startVoiceService(t);
  const service = (key: string) => `{ base_url: "${url}", api_key: ${key}, model: qwen-plus }`;
  const good = configOf(t, `llm: { use: openai, openai: ${service(KEY)} }\nvad: { use: webrtc }`);
  const texts = (await checkStages(good.config)).map(({ level, text }) => `${level}: ${text}`);
  assert.ok(texts.includes(`good: understanding: openai (qwen-plus at ${url})`), texts.join("\n"));
  assert.ok(texts.some((text) => text.startsWith("good: words: soundswallower, built in")));
  const bad = configOf(t, `llm: { use: openai, openai: ${service("sk-wrong")} }\nvad: { use: webrtc }`);
  const fault = (await checkStages(bad.config)).find(({ level }) => level === "fault");
  assert.match(fault?.text ?? "", /refused the key/);
  const chain = configOf(t, `llm: { use: [openai, embedded], openai: ${service("sk-wrong")} }\nvad: { use: webrtc }`);
  assert.equal((await checkStages(chain.config)).find(({ text }) => text.includes("refused"))?.level, "warning");
});

test("models of this computer are looked for, and who tells people by their voices is asked", async (t) => {
  const { config, path } = configOf(
    t,
    `asr: { use: sherpa, sherpa: { model: sensevoice } }
vad: { use: webrtc }
voiceprint: { url: "http://127.0.0.1:2/voiceprint/health?key=k", speakers: ["1,Ann"] }`,
  );
  const data = dirname(path);
  const look = async () => (await checkStages(config, providers, data)).map(({ level, text }) => `${level}: ${text}`);
  const before = await look();
  assert.ok(
    before.some((text) => /^fault: words: sherpa \(sensevoice\): engine-missing/.test(text)),
    before.join("\n"),
  );
  assert.ok(
    before.some((text) => /^warning: who speaks: http:.*cannot be reached/.test(text)),
    before.join("\n"),
  );
  assert.ok(before.includes("note: end of a turn: by words and silence"));
  for (const folder of ["models/sensevoice", "models/smart-turn", "engines/node_modules/sherpa-onnx-node"]) {
    mkdirSync(join(data, folder), { recursive: true });
  }
  writeFileSync(join(data, "engines/node_modules/sherpa-onnx-node/package.json"), "{}");
  writeFileSync(join(data, "models/smart-turn/smart-turn.onnx"), "");
  const after = await look();
  assert.ok(
    after.some((text) => /^good: words: sherpa \(sensevoice\), in .*sensevoice$/.test(text)),
    after.join("\n"),
  );
  assert.ok(after.some((text) => /^good: end of a turn: by words and Smart Turn/.test(text)));
});

test("a configuration that is refused is a fault with the key, and the rest is still looked at", async (t) => {
  const { path } = configOf(t, "");
  writeFileSync(path, "server: { prot: 1 }\n");
  const findings = await findAll(path, "http://127.0.0.1:1/");
  assert.match(findings.find(({ level }) => level === "fault")?.text ?? "", /server\.prot: unknown key/);
  assert.ok(findings.some(({ topic }) => topic === "Data"));
  assert.match(
    describeFindings(findings),
    /Configuration\n {2}✘ config-invalid: server\.prot[\s\S]+\n\n1 fault, \d warnings?\.$/,
  );
});

test("without a fault and a warning everything is well", () => {
  assert.match(describeFindings([{ topic: "A", level: "good", text: "b" }]), /A\n {2}✔ b\n\nEverything is well\.$/);
});

test("what the console has set is looked at: the models in use, and those that agents may choose", async (t) => {
  const { url } = await startVoiceService(t);
  const { path, config } = configOf(t, "server: { port: 0, http_port: 0 }\nmcp_endpoint_server: { port: 0 }");
  const folder = dirname(path);
  const before = await readDatabase(config, path);
  assert.deepEqual(before, { stored: { parameters: [], models: [] }, findings: [] });
  const storage = await openServerStorage({ config, dataDirectory: folder, clock: systemClock, log: silentLog });
  assert.ok(storage);
  const settings = { base_url: url, api_key: KEY, model: "qwen-plus" };
  const model = { stage: "llm", provider: "openai" } as const;
  await createModel(storage, { ...model, name: "Cloud", settings, isPreferred: true });
  await createModel(storage, { ...model, name: "Wrong key", settings: { ...settings, api_key: "no" } });
  await createModel(storage, { ...model, name: "Odd", provider: "nobody", settings: {} });
  await createModel(storage, { ...model, name: "Off", provider: "nobody", settings: {}, isEnabled: false });
  await setParameter(storage, "server.timezone_offset", { value: "8" });
  await storage.close();
  const findings = await findAll(path, undefined);
  const told = (pattern: RegExp) => findings.find(({ text }) => pattern.test(text))?.level;
  assert.equal(told(/^sqlite: 1 parameters, 4 models/), "good");
  assert.equal(told(/^understanding: openai/), "good", "the model of the database is the one in use");
  assert.equal(told(/model "Wrong key", understanding: openai/), "warning");
  assert.equal(told(/model "Odd": there is no llm provider nobody/), "warning");
  assert.equal(told(/model "Off"/), undefined);
});
