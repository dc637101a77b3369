import { once } from "node:events";
import { Worker } from "node:worker_threads";

const PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
const { path, line } = workerData;
const say = (socket, ...commands) => { for (const command of commands) socket.write("\\r\\n<" + command + "/>\\r\\n"); };
let heard = "";
const server = require("node:net").createServer((socket) => {
  socket.setEncoding("utf8");
  socket.on("error", () => {});
  socket.on("data", (text) => {
    heard += text;
    if (text.includes("<login")) say(socket, 'set-breakpoint path="' + path + '" line="' + line + '"', "go");
    else if (text.includes("<break")) say(socket, "go");
  });
});
parentPort.on("message", () => {
  parentPort.postMessage(heard);
  server.close();
  parentPort.close();
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

/**
 * A debugger that speaks xsbug's protocol: sets one breakpoint and goes on after each stop. It has a thread of its own,
 * for the machine's thread stands still meanwhile.
 */
export async function startDebugger(path: string, line: number) {
  const worker = new Worker(PROGRAM, { eval: true, workerData: { path, line } });
  const [port] = (await once(worker, "message")) as [number];
  /** All that the machines told it; it ends with that. */
  const heard = async (): Promise<string> => {
    const answer = once(worker, "message");
    worker.postMessage("end");
    return ((await answer) as [string])[0];
  };
  return { address: `127.0.0.1:${port}`, heard };
}
