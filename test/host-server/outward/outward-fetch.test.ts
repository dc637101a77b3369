import assert from "node:assert/strict";
import type { lookup } from "node:dns";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { systemClock } from "../../../host-server/clock.ts";
import { createOutwardFetch } from "../../../host-server/outward/outward-fetch.ts";
import { isPublicAddress } from "../../../host-server/outward/public-address.ts";
import { createWeb } from "../../../host-server/tools/web.ts";

const signal = new AbortController().signal;
const asked: { path: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
const site = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += String(piece);
  asked.push({ path: request.url, headers: request.headers, body });
  const to = new URL(request.url ?? "", "http://a").searchParams.get("to");
  if (to !== null) response.writeHead(307, { location: to }).end("moved");
  else if (request.url === "/empty") response.writeHead(204).end();
  else response.writeHead(200, { "content-type": "text/plain", "set-cookie": ["a=1", "b=2"] }).end("here");
});
let port = 0;

before(async () => {
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  port = (site.address() as AddressInfo).port;
});
after(() => {
  site.close();
  site.closeAllConnections();
});

/** Names that lead where a test says; a name with several has one after the other. */
function namesOf(names: Record<string, string[]>): typeof lookup {
  return ((hostname: string, _options: object, done: (error: Error | null, found?: object[]) => void) => {
    const addresses = names[hostname] ?? [];
    const address = addresses.length > 1 ? addresses.shift() : addresses[0];
    if (address === undefined) done(Object.assign(new Error(`no ${hostname}`), { code: "ENOTFOUND" }));
    else done(null, [{ address, family: address.includes(":") ? 6 : 4 }]);
  }) as never;
}

const at = (path: string, host = `127.0.0.1:${port}`) => new URL(`http://${host}${path}`);

test("what is configured may lead to this computer; what is given may not", async () => {
  const fetch = createOutwardFetch();
  const answer = await fetch(at("/"), { signal, body: "{}", method: "POST" }, "configured");
  assert.deepEqual([answer.status, answer.headers.getSetCookie(), await answer.text()], [200, ["a=1", "b=2"], "here"]);
  assert.equal((await fetch(at("/empty"), { signal }, "configured")).status, 204);
  const before = asked.length;
  for (const host of [
    "127.0.0.1",
    "localhost",
    "127.1",
    "0x7f.1",
    "2130706433",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
  ]) {
    const url = new URL(`http://${host}:${port}/`);
    await assert.rejects(fetch(url, { signal }, "given"), { code: "address-refused" }, host);
  }
  for (const url of ["file:///etc/passwd", "ftp://example.org/"]) {
    await assert.rejects(fetch(new URL(url), { signal }, "given"), { code: "address-refused" });
    await assert.rejects(fetch(new URL(url), { signal }, "configured"), { code: "address-refused" });
  }
  assert.equal(asked.length, before, "nothing was asked");
});

test("a name is looked at when it is connected to, whatever it said before", async () => {
  const lookup = namesOf({ "good.example": ["10.0.0.1", "169.254.169.254"], "two.example": ["fd00::1"] });
  const fetch = createOutwardFetch({ lookup });
  for (const host of ["good.example", "good.example", "two.example"]) {
    await assert.rejects(fetch(at("/", host), { signal }, "given"), { code: "address-refused" });
  }
});

test("a redirect of what is configured stays at its host or leaves for the internet, without its keys", async () => {
  const fetch = createOutwardFetch({ lookup: namesOf({ other: ["127.0.0.1"], "name.example": ["192.168.0.9"] }) });
  const headers = { authorization: "Bearer secret", "content-type": "text/plain" };
  const stays = await fetch(at("/?to=/next"), { signal, headers, method: "POST", body: "b" }, "configured");
  assert.equal(await stays.text(), "here");
  assert.deepEqual([asked.at(-1)?.path, asked.at(-1)?.body], ["/next", "b"]);
  assert.equal(asked.at(-1)?.headers.authorization, "Bearer secret");
  for (const to of [`http://other:${port}/`, "http://169.254.169.254/latest/meta-data", "http://name.example/"]) {
    const refused = fetch(at(`/?to=${encodeURIComponent(to)}`), { signal, headers }, "configured");
    await assert.rejects(refused, { code: "address-refused" }, to);
  }
  const circle = `http://127.0.0.1:${port}/?to=${encodeURIComponent("?to=/")}`;
  assert.equal((await fetch(new URL(circle), { signal }, "configured")).status, 200);
});

test("plugins are told in words that a given address leads nowhere", async () => {
  const web = createWeb({ clock: systemClock });
  assert.equal(await web.text(at("/").href, { signal }), "here");
  await assert.rejects(web.text(at("/").href, { signal, isGiven: true }), { code: "web-address" });
});

test("addresses of homes, of clouds' own services and of nobody are not of the internet", () => {
  const own =
    "127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255";
  const own6 =
    "::1 :: ::ffff:10.0.0.1 ::ffff:7f00:1 fe80::1%eth0 fc00::1 fdff::1 ff02::1 64:ff9b::a00:1 2002:7f00:1:: ::7f00:1";
  for (const address of `${own} ${own6} x 1.2.3`.split(" ")) assert.equal(isPublicAddress(address), false, address);
  for (const address of [
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "[2606:4700::1]",
  ]) {
    assert.equal(isPublicAddress(address), true, address);
  }
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      assert.equal(isPublicAddress(`::ffff:${address}`), isPublicAddress(address));
    }),
  );
});
