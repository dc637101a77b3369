import assert from "node:assert/strict";
import { test } from "node:test";
import { credentials, makeCertificate } from "../../host-server/certificate/certificate.ts";
import { TlsFront } from "../tls/front.ts";
import { AUTHORITY, createTlsWorld } from "./tls-world.ts";

const SERVER = makeCertificate({ name: "server.test", issuer: AUTHORITY });
const GOOD = credentials(SERVER, AUTHORITY);
const NOW = Date.UTC(2026, 0, 1);
const AT = { host: "server.test", port: 443 };
const BEHIND = { host: "server.test", port: 8000 };

/** Runs a program in place of the firmware's, with `connect` for a socket to the server; gives what it has said. */
async function run(program: string) {
  const source = `
    import { clientSocket } from "modules/io/socket/client-socket";
    import { readAuthority } from "modules/io/socket/authority";
    import Time from "time";
    import Timer from "timer";
    const say = (value) => trace("said " + JSON.stringify(value) + "\\n");
    const attempt = (run) => { try { return run(); } catch (error) { return String(error); } };
    const connect = (callbacks) => {
      const authority = readAuthority("home-ca.der");
      const { io: Socket, ...options } = clientSocket({ host: "server.test", isSecure: true, authority });
      return new Socket({ ...options, host: "server.test", address: "10.9.9.9", port: 443, ...callbacks });
    };
    export default () => { Time.set(${NOW / 1000}); ${program} };`;
  const world = await createTlsWorld({ program: source }, { delayMs: 5, names: { "server.test": "10.9.9.9" } });
  const front = await new TlsFront(world.network, BEHIND, GOOD).listen(AT);
  world.device.start();
  await world.clock.advance(200);
  const said = () =>
    world.lines
      .filter((line) => line.includes("said "))
      .map((line) => JSON.parse(line.slice(line.indexOf("said ") + 5)));
  return { ...world, front, said };
}

test("what breaks the protocol behind data that is read late is an error of the connection, too", async () => {
  const { clock, device, front, lines, said } = await run(`const tls = connect({
    onReadable(count) { Timer.set(() => say(tls.read(count).byteLength), 500); },
    onError() { say("error"); tls.close(); },
  });`);
  front.secured[0]?.write("first");
  await clock.advance(100);
  front.wires[0]?.write(Buffer.from("1703030004ffffffff", "hex"));
  await clock.advance(1000);
  assert.deepEqual(said(), [5, "error"]);
  assert.ok(lines.some((line) => line.includes("peer broke the protocol host=server.test")));
  assert.equal(device.stats.crashes, 0);
});

test("records that wait behind one that is read late follow in order, and none after the end", async () => {
  const { clock, front, said } = await run(`const tls = connect({
    onReadable(count) {
      Timer.set(() => { tls.read(1); say(String.fromArrayBuffer(tls.read(count - 1))); }, 100);
      if (count === 4) Timer.set(() => tls.close(), 150);
    },
    onError() { say("error"); },
  });`);
  for (const text of ["-first", "-second", "-third", "-end", "-more"]) {
    front.secured[0]?.write(text);
    await clock.advance(10);
  }
  await clock.advance(1000);
  assert.deepEqual(said(), ["first", "second", "third", "end"]);
});

test("the room that is told is enough for the longest records, and never less than nothing", async () => {
  const { said } = await run(`let room = 0;
    const tls = connect({
      onWritable(count) {
        if (room > 0) return;
        room = count;
        say(room);
        say(tls.write(new Uint8Array(room - 100)));
        say(tls.write(new Uint8Array(4)));
      },
    });`);
  const [room, left, none] = said() as [number, number, number];
  assert.ok(room > 4000 && room <= 5744 - 96, `${room} bytes`);
  assert.ok(left >= 0 && left <= 100 - 29, `${left} bytes`);
  assert.ok(none >= 0 && none <= left);
});
