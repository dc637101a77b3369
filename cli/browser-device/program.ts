import type { DeviceMessage, DevicePlan, PageMessage } from "../../host-server/browser-device/messages.ts";
import { ensureBuilt } from "../build.ts";
import { BrowserDevice } from "./browser-device.ts";

/** A program of its own, which the server starts for a page: messages of the page come in, those of a device go out. */

function send(message: DeviceMessage | Uint8Array): void {
  if (process.connected) process.send?.(message);
}

function fail(error: unknown): void {
  const { code = "device-failed", message = String(error) } = error as { code?: string; message?: string };
  send({ type: "failed", code, message });
}

let device: Promise<BrowserDevice> | undefined;

async function start(plan: DevicePlan): Promise<BrowserDevice> {
  await ensureBuilt();
  return new BrowserDevice(plan, send);
}

async function take(message: DevicePlan | PageMessage | Uint8Array): Promise<void> {
  if (!(message instanceof Uint8Array) && message.type === "start") {
    device = start(message);
    await device;
    return;
  }
  const running = await device;
  if (message instanceof Uint8Array) running?.hear(samplesOf(message));
  else await running?.take(message);
}

/** A copy, for bytes of a message begin anywhere. */
function samplesOf(bytes: Uint8Array): Int16Array {
  return new Int16Array(bytes.slice().buffer, 0, bytes.length >> 1);
}

process.on("message", (message: DevicePlan | PageMessage | Uint8Array) => {
  take(message).catch(fail);
});
// The server is gone, or the page is.
process.on("disconnect", () => process.exit(0));
