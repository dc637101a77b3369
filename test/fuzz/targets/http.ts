import { VISION_PATH } from "../../../host-server/vision/routes.ts";
import { signVisionToken } from "../../../host-server/vision/token.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { connectedPair } from "../../host-server/fakes/http.ts";
import { createWorld } from "../../host-server/fakes/world.ts";
import { faultsIn } from "../faults.ts";
import { bytesOfText, expect, type FuzzTarget, packed, pieces, textOf } from "../target.ts";

const SECRET = "a key of devices";
const ID = "aa:bb:cc:dd:ee:01";
const IDENTITY = `Device-Id: ${ID}\r\nClient-Id: c\r\n`;
const REPORT = JSON.stringify({ application: { version: "1.0.0" }, board: { type: "b" }, last_crash: { a: 1 } });
const RPC = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {} },
};

async function formOf(): Promise<{ type: string; body: Uint8Array }> {
  const form = new FormData();
  form.append("question", "What is this?");
  form.append("file", new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2)], { type: "image/jpeg" }), "camera.jpg");
  const made = new Response(form);
  return { type: made.headers.get("content-type") ?? "", body: new Uint8Array(await made.arrayBuffer()) };
}

/** Requests as they stand on the wire; `Content-Length` is put in so that it fits, unless the head has one. */
async function seeds(token: string): Promise<Uint8Array[]> {
  const post = (path: string, head: string, body: string | Uint8Array) =>
    packed(bytesOfText(`POST ${path} HTTP/1.1\r\nHost: box:8002\r\n${head}`), Buffer.from(body));
  const { type, body } = await formOf();
  const authorization = `Authorization: Bearer ${token}\r\n`;
  return [
    post(OTA_PATH, IDENTITY, REPORT),
    post(VISION_PATH, `${IDENTITY}${authorization}Content-Type: ${type}\r\n`, body),
    post(
      "/mcp",
      `Authorization: Bearer ${SECRET}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n`,
      JSON.stringify(RPC),
    ),
    post("/api/say", `Authorization: Bearer ${SECRET}\r\n`, JSON.stringify({ device_id: ID, text: "hi" })),
    packed(bytesOfText(`GET ${OTA_PATH}download/a.bin HTTP/1.1\r\nHost: box:8002\r\n`)),
    packed(
      bytesOfText("GET /xiaozhi/v1/?device-id=a HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"),
    ),
    packed(bytesOfText("GET /metrics HTTP/1.1\r\nHost: a\r\n")),
  ];
}

/** Requests to the HTTP port of a server: version checks, pictures, tools for programs, downloads. */
export async function http(): Promise<FuzzTarget> {
  const explain = async () => "a cat";
  const world = createWorld(
    { wrap: ((own: object) => ({ ...own, vllm: { explain, close: async () => {} } })) as never },
    { XIAOZHI_SERVER_AUTH_KEY: SECRET },
  );
  const { server, log, clock } = world;
  const token = signVisionToken(SECRET, ID, Math.floor(clock.now() / 1000));
  return {
    seeds: await seeds(token),
    form: "pieces",
    run: async (input) => {
      log.length = 0;
      const [head = new Uint8Array(0), body = new Uint8Array(0)] = pieces(input);
      const length = /content-length/i.test(textOf(head)) ? "" : `Content-Length: ${body.length}\r\n`;
      const [ours, theirs] = connectedPair();
      server.accept("http", theirs);
      let answer = "";
      ours.on("data", (data: Buffer) => {
        answer += data.toString("latin1").slice(0, 200);
      });
      ours.on("error", () => {});
      ours.write(Buffer.concat([head, bytesOfText(`${length}Connection: close\r\n\r\n`), body]));
      await clock.advance(100);
      ours.destroy();
      const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? "none";
      expect(!status.startsWith("5"), `no request fails: ${answer} ${JSON.stringify(log)}`);
      const faults = faultsIn(log);
      expect(faults.length === 0, `nothing fails: ${JSON.stringify(faults)}`);
      return `${status} ${answer.slice(-30)}`;
    },
  };
}
