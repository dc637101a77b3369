import TCP from "embedded:io/socket/tcp";
import TLSSocket from "embedded:io/socket/tcp/tls";
import Timer from "timer";
import { ADDRESS, bytes, type Environment, text } from "../environment.ts";

interface Socket {
  read(count?: number): ArrayBuffer | undefined;
  write(data: Uint8Array): number;
  close(): void;
}

type Callback = (this: Socket, count: number) => void;

const Secure = TLSSocket as unknown as new (options: object) => Socket;

/** Faults of TLS leave the SDK's callbacks as exceptions: where they are caught is where a program catches them. */
export function guarded(report: () => void) {
  const wrap = (run: Callback, onError: () => void): Callback =>
    function (this: Socket, count) {
      try {
        run.call(this, count);
      } catch {
        report();
        onError();
      }
    };
  return class extends (TCP as unknown as new (options: object) => object) {
    constructor(options: { onReadable: Callback; onWritable: Callback; onError: () => void }) {
      const { onReadable, onWritable, onError } = options;
      super({ ...options, onReadable: wrap(onReadable, onError), onWritable: wrap(onWritable, onError) });
    }
  };
}

export function der(authority: string): ArrayBuffer {
  return Uint8Array.from(authority.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer;
}

/** Runs what is given the first time only: the SDK tells of an end by TLS and again of the end of the connection. */
function once(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (!hasRun) run();
    hasRun = true;
  };
}

/** A connection that is trusted, its end by the peer, and one whose certificate is for another name. */
export default function tls({ say, attempt, done, ports, authority }: Environment): void {
  const connect = (serverName: string, callbacks: { [callback: string]: unknown }) =>
    new Secure({
      address: ADDRESS,
      host: serverName,
      port: ports["tls"],
      TCP: { io: guarded(once(() => say("thrown in a callback"))) },
      secure: { serverName, certificate: der(authority) },
      ...callbacks,
    });
  let isFirst = true;
  const socket = connect("server.test", {
    onWritable(count: number) {
      if (!isFirst) return;
      isFirst = false;
      say(["writable", count > 500]);
      say(attempt(() => socket.write(new Uint8Array(20_000))));
      say(socket.write(bytes("hello")) < count);
    },
    onReadable(count: number) {
      say(["readable", count, text(socket.read(2)), text(socket.read())]);
      if (count === 5) socket.write(bytes("bye"));
    },
    onError: once(() => {
      say("ended");
      Timer.set(() => {
        socket.close();
        other();
      }, 50);
    }),
  });
  say(attempt(() => socket.write(bytes("too early"))));
  const other = () => {
    const refused = once(() => {
      say("refused");
      Timer.set(done, 50);
    });
    connect("other.test", { onWritable: () => say("open"), onError: refused });
  };
}
