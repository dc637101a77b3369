import TCP from "embedded:io/socket/tcp";
import WebSocketClient from "embedded:network/websocket/client";
import Timer from "timer";
import { bytes, type Environment, Resolver, text } from "../environment.ts";

/** Handshake, messages of both kinds, fragments, a long message, a ping, a close by the server, a refusal. */
export default function webSocketClient(environment: Environment): void {
  const { say, attempt, done, ports } = environment;
  let message = "";
  let isWritten = false;
  const client = new WebSocketClient({
    host: "server.test",
    port: ports["websocket"] as number,
    path: "/v1/",
    headers: new Map([["Device-Id", "aa:bb"]]),
    dns: { io: Resolver },
    socket: { io: TCP },
    onWritable(count) {
      if (isWritten) return;
      isWritten = true;
      say(["writable", this === client, count > 1000]);
      say(attempt(() => this.write(new Uint8Array(count + 1))));
      this.write(bytes("text"), { binary: false });
      this.write(bytes("bytes"), { binary: true });
      this.write(bytes("one "), { binary: false, more: true });
      this.write(bytes("message"), { binary: false });
      this.write(bytes("long"), { binary: false });
      this.write(bytes("ping"), { binary: false });
      this.write(bytes("close"), { binary: false });
    },
    onReadable(count, { more, binary }) {
      message += text(this.read(count));
      if (more) return;
      say([binary ? "binary" : "text", message.length > 100 ? message.length : message]);
      message = "";
    },
    onControl(opcode, data) {
      say(["control", opcode, data.byteLength]);
    },
    onClose() {
      say(["closed", this === client]);
      Timer.set(() => refused(environment), 50);
    },
    onError() {
      say("error");
      done();
    },
  });
  say(attempt(() => client.write(bytes("early"))));
}

function refused({ say, done, ports }: Environment): void {
  new WebSocketClient({
    host: "server.test",
    port: ports["http"] as number,
    path: "/missing",
    dns: { io: Resolver },
    socket: { io: TCP },
    onClose: () => say("closed"),
    onError() {
      say("refused");
      Timer.set(done, 50);
    },
  });
}
