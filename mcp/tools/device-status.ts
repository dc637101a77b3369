import type { JsonObject } from "../../protocol/json.ts";
import { defineTool, type Tool } from "../tool.ts";

/** Where the status comes from; a part that the device lacks gives undefined. */
export interface DeviceStatusSources {
  readonly volume: () => number;
  readonly brightness: () => number | undefined;
  readonly theme: () => string | undefined;
  readonly battery: () => { readonly percent: number; readonly isCharging: boolean } | undefined;
  /** Bytes. */
  readonly freeHeap: () => number | undefined;
  readonly network: () => { readonly ssid?: string; readonly rssi?: number };
}

/** dBm from which a Wi-Fi signal counts as strong, and as medium. */
const STRONG_RSSI = -60;
const MEDIUM_RSSI = -70;

function signal(rssi: number): string {
  if (rssi >= STRONG_RSSI) return "strong";
  return rssi >= MEDIUM_RSSI ? "medium" : "weak";
}

function networkStatus({ ssid, rssi }: { readonly ssid?: string; readonly rssi?: number }): JsonObject {
  return {
    type: "wifi",
    ...(ssid !== undefined && { ssid }),
    ...(rssi !== undefined && { signal: signal(rssi) }),
  };
}

export function deviceStatusTool(sources: DeviceStatusSources): Tool {
  return defineTool({
    name: "self.get_device_status",
    description:
      "Provides the real-time information of the device, including the current status of the audio speaker, screen, " +
      "battery, network, etc. Use this tool for: 1. Answering questions about the current condition (e.g. what is the " +
      "current volume of the audio speaker?) 2. As the first step to control the device (e.g. turn up the volume).",
    params: {},
    run: () => {
      const brightness = sources.brightness();
      const theme = sources.theme();
      const battery = sources.battery();
      const freeHeap = sources.freeHeap();
      return {
        audio_speaker: { volume: sources.volume() },
        screen: { ...(brightness !== undefined && { brightness }), ...(theme !== undefined && { theme }) },
        ...(battery && { battery: { level: battery.percent, charging: battery.isCharging } }),
        network: networkStatus(sources.network()),
        ...(freeHeap !== undefined && { memory: { free_heap: freeHeap } }),
      };
    },
  });
}
