import TCP from "embedded:io/socket/tcp";
import Timer from "timer";
import { ADDRESS, bytes, type Environment, text } from "../environment.ts";

/** The class as it is: the firmware uses it through the SDK's clients only. */
interface Socket {
  read(count?: number | Uint8Array): ArrayBuffer | undefined;
  write(data: Uint8Array | Uint16Array): number | undefined;
  close(): void;
}

type Callback = (this: Socket, count: number) => void;

const Connection = TCP as unknown as new (options: {
  address?: string;
  port?: number;
  onReadable?: Callback;
  onWritable?: Callback;
  onError?: (this: Socket) => void;
}) => Socket;

/** Connecting, reading in pieces, writing no more than fits, the end by the peer, refusals. */
export default function tcp(environment: Environment): void {
  const { say, attempt, ports } = environment;
  const port = ports["echo"] as number;
  say(attempt(() => new Connection({ address: "no address", port })));
  say(attempt(() => new Connection({ address: ADDRESS, port: 70_000 })));
  say(attempt(() => new Connection({ address: ADDRESS, port, onReadable: 5 as never })));
  let isFirst = true;
  const socket = new Connection({
    address: ADDRESS,
    port,
    onWritable(count) {
      if (!isFirst) return;
      isFirst = false;
      say(["writable", this === socket, count > 1000]);
      say(attempt(() => this.write(new Uint8Array(count + 1))));
      say(attempt(() => this.write(new Uint16Array(2))));
      say(count - (this.write(bytes("hello")) as number));
    },
    onReadable(count) {
      say(["readable", this === socket, count]);
      say([text(this.read(2)), text(this.read()), this.read() === undefined]);
      socket.close();
      say([attempt(() => socket.close()), attempt(() => socket.read())]);
      Timer.set(() => ends(environment), 50);
    },
  });
  say(attempt(() => socket.write(bytes("too early"))));
}

/** The peer says something and ends; then one that is not there. */
function ends({ say, done, ports }: Environment): void {
  const socket = new Connection({
    address: ADDRESS,
    port: ports["farewell"] as number,
    onReadable(count) {
      say(["readable", count, text(this.read())]);
    },
    onError() {
      say(["ended", this === socket]);
      socket.close();
      new Connection({
        address: ADDRESS,
        port: ports["nobody"] as number,
        onError() {
          say("refused");
          done();
        },
      });
    },
  });
}
