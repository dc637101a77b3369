import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { test } from "node:test";
import fc from "fast-check";
import { VirtualClock } from "../../../simulator/clock.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";
import { program, run } from "./program.ts";

async function served(onRequest: RequestListener) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: [1, 20] });
  const server = createServer(onRequest);
  await network.listen("server.test", 80, (stream) => server.emit("connection", stream));
  return { clock, network };
}

/** `requests` is code that uses `client` and `exchange(options, body?)`, which reports all callbacks of one request. */
function client(requests: string): string {
  return `import HTTPClient from "embedded:network/http/client";
    import TCP from "embedded:io/socket/tcp";
    import Resolver from "embedded:network/dns/resolver/udp";
    export default () => {
      const client = new HTTPClient({
        host: "server.test", port: 80, dns: { io: Resolver }, socket: { io: TCP },
        onError: () => say("client error"),
      });
      const exchange = (options, body = "") => {
        let sent = 0;
        let received = "";
        const request = client.request({
          onHeaders(status, headers) { say(["headers", status, headers.get("content-type") ?? "", this === request]); },
          onReadable(count) { received += text(this.read(count)); },
          onWritable(count) {
            if (sent >= body.length && !options.isChunked) return;
            const piece = body.slice(sent, sent + count);
            sent += piece.length;
            this.write(piece ? bytes(piece) : undefined);
          },
          onDone(error) { say(["done", error === null, this === request, received]); },
          ...options,
        });
        return request;
      };
      ${requests}
    };`;
}

test("a body with a length is sent and an answer is received", async () => {
  const network = await served((request, response) => {
    const parts: Uint8Array[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      response.setHeader("content-type", "text/plain");
      const answer = `${request.method} ${request.url} ${request.headers["x-name"]} ${request.headers.host} ${Buffer.concat(parts).length}`;
      response.setHeader("content-length", answer.length).end(answer);
    });
  });
  const body = "x".repeat(20_000);
  const said = await run(
    client(`exchange({
      method: "POST", path: "/a?b=c", headers: new Map([["X-Name", "value"], ["Content-Length", "20000"]]),
    }, "${body}");`),
    5000,
    network,
  );
  assert.deepEqual(said, [
    ["headers", 200, "text/plain", true],
    ["done", true, true, "POST /a?b=c value server.test 20000"],
  ]);
});

test("chunked bodies pass both ways", async () => {
  const network = await served((request, response) => {
    response.write("got: ");
    request.on("data", (part) => response.write(part));
    request.on("end", () => response.end("."));
  });
  const said = await run(
    client(`exchange({ isChunked: true, method: "PUT", headers: [["Transfer-Encoding", "chunked"]] }, "some words");`),
    5000,
    network,
  );
  assert.deepEqual(said, [
    ["headers", 200, "", true],
    ["done", true, true, "got: some words."],
  ]);
});

test("requests queue up on one connection, also those made inside callbacks and after a pause", async () => {
  let connections = 0;
  const network = await served((request, response) => {
    response.setHeader("content-type", "x").end(request.url === "/empty" ? "" : request.url);
  });
  const original = network.network.connect.bind(network.network);
  network.network.connect = (to) => {
    connections++;
    return original(to);
  };
  const said = await run(
    client(`exchange({ path: "/1" });
      exchange({ path: "/2", onDone() { say("done 2"); exchange({ path: "/3" }); } });
      Timer.set(() => exchange({ path: "/empty" }), 2000);`).replace("import", `import Timer from "timer";\nimport`),
    5000,
    network,
  );
  assert.deepEqual(said, [
    ["headers", 200, "x", true],
    ["done", true, true, "/1"],
    ["headers", 200, "x", true],
    "done 2",
    ["headers", 200, "x", true],
    ["done", true, true, "/3"],
    ["headers", 200, "x", true],
    ["done", true, true, ""],
  ]);
  assert.equal(connections, 1);
});

test("an answer without content is done at once; one that ends with the connection is an error", async () => {
  const network = await served((request, response) => {
    if (request.url === "/none") response.writeHead(204).end();
    else request.socket.end("HTTP/1.1 200 OK\r\n\r\nuntil the end");
  });
  const said = await run(client(`exchange({ path: "/none" }); exchange({ path: "/open" });`), 5000, network);
  assert.deepEqual(said, [
    ["headers", 204, "", true],
    ["done", true, true, ""],
    ["headers", 200, "", true],
    ["done", false, true, "until the end"],
    "client error",
  ]);
});

test("misuse is refused", async () => {
  const network = await served((_request, response) => response.end("x"));
  const said = await run(
    client(`say(attempt(() => new HTTPClient({})));
      const request = exchange({ path: "/" });
      say(attempt(() => request.write(bytes("x"))));
      say(attempt(() => request.read()));
      client.close();
      say(attempt(() => request.read()));`),
    1000,
    network,
  );
  assert.deepEqual(said, ["Error: host required", "Error: bad state", "Error: bad state", "Error: bad state"]);
});

test("an unreachable server is an error for each request and for the client", async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  const said = await run(client(`exchange({ path: "/1" }); exchange({ path: "/2" });`), 1000, { clock, network });
  assert.deepEqual(said, [["done", false, true, ""], ["done", false, true, ""], "client error"]);
});

/** Pieces of answers that meet the parser's branches, and bytes that meet none. */
const answerPart = fc.oneof(
  fc.constantFrom(
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 204 No Content\r\n",
    "HTTP/1.1 200\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: -1\r\n",
    "Transfer-Encoding: chunked\r\n",
    "\r\n",
    "\n",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "zz\r\n",
    "hello",
  ),
  fc.string({ maxLength: 30 }),
);

test("whatever a server sends, a request ends or waits, and the device lives", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(answerPart, { maxLength: 12 }), fc.nat(40), async (parts, cut) => {
      const clock = new VirtualClock();
      const network = new MemoryNetwork({ clock });
      const answer = Buffer.from(parts.join(""), "latin1");
      await network.listen("server.test", 80, (stream) => {
        stream.on("error", () => {});
        stream.resume();
        stream.write(answer.subarray(0, cut));
        clock.schedule(50, () => stream.end(answer.subarray(cut)));
      });
      const { device, said, errors } = program(client(`exchange({ path: "/" });`), { clock, network });
      device.start();
      await clock.advance(30_000);
      assert.equal(device.failure, undefined);
      assert.deepEqual(errors, []);
      // The connection has ended: the request cannot be waiting any more.
      assert.equal(said.filter((each) => Array.isArray(each) && each[0] === "done").length, 1);
      device.close();
    }),
    { numRuns: 120 },
  );
});
