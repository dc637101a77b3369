import type { VirtualDevice } from "../simulator/device.ts";
import type { Figure } from "./figures.ts";

/** Bytes of a slot on the ESP32; on this computer it is 32, and nothing else about a slot differs. */
const DEVICE_SLOT_BYTES = 16;

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

/** What the firmware holds in its heap: after load, in a conversation, and what a device has for the latter. */
export function heapFigures(device: VirtualDevice): Figure[] {
  device.collectGarbage();
  const { heap } = device.stats;
  const { heap: slots, chunk } = device.firmware.manifest.creation;
  if (!heap) return [];
  const live = heap.slots - heap.slotsBaseline;
  const liveBytes = heap.chunkBytes - heap.chunkBaselineBytes;
  return [
    { name: "baseline after load, slots", value: String(heap.slotsBaseline) },
    { name: "baseline after load, chunks", value: kib(heap.chunkBaselineBytes) },
    { name: "held above it in a conversation, slots", value: String(live), target: `<= ${slots.initial}` },
    { name: "  the same on an ESP32", value: kib(live * DEVICE_SLOT_BYTES) },
    { name: "held above it in a conversation, chunks", value: kib(liveBytes), target: `<= ${kib(chunk.initial)}` },
    { name: "peak above it, garbage included, slots", value: String(heap.slotsPeakAboveBaseline) },
    { name: "peak above it, garbage included, chunks", value: kib(heap.chunkPeakAboveBaselineBytes) },
    { name: "stack peak, slots", value: `${heap.stackPeakSlots} of ${heap.stackSlots}` },
  ];
}
