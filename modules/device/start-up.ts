import type { Clock } from "../../protocol/clock.ts";
import type { OtaFirmware } from "../../protocol/ota.ts";
import { Boot, type BootOptions } from "../boot/boot.ts";
import { readCrashNote } from "../boot/crash-note.ts";
import { OtaAddress } from "../boot/ota-address.ts";
import type { Settings } from "../boot/settings.ts";
import type { DeviceFacts } from "../boot/system-info.ts";
import { askActivation, checkVersion } from "../boot/version-check.ts";
import { searchServer } from "../discovery/server-search.ts";
import { confirmFirmware, isOnTrial } from "../io/platform.ts";
import type { StateMachine } from "../session/state-machine.ts";
import { log } from "../system/log.ts";
import type { WallClock } from "../time/wall-clock.ts";
import type { Upgrade } from "../upgrade/upgrade.ts";
import type { Shown } from "./shown.ts";

export interface StartUpParts extends Pick<BootOptions, "onServer"> {
  readonly version: string;
  readonly settings: Settings;
  readonly machine: StateMachine;
  readonly clock: Clock;
  /** Certificate of an own authority that is trusted beside the public ones. */
  readonly authority: ArrayBuffer | undefined;
  /** The device as it is now. */
  readonly facts: () => DeviceFacts;
  readonly shown: Shown;
  /** The server's address that is built in; "" for none. */
  readonly builtInAddress: string;
  readonly wallClock: WallClock;
  readonly upgrade: Upgrade;
  readonly restart: () => void;
}

/** Over TLS at the same host and port: servers that are trusted by their own certificate take both there. */
function encrypted(url: string): string {
  return url.startsWith("http:") ? `https:${url.slice(5)}` : url;
}

/** The way from a network to ready: over the version check of a server, which is found, chosen or built in. */
export function createBoot(parts: StartUpParts): Boot {
  const { version, settings, machine, clock, authority, facts, shown, wallClock, upgrade, restart, onServer } = parts;
  const { words, onAlert, onCode } = shown;
  const address = new OtaAddress({
    chosen: () => settings.otaUrl ?? (parts.builtInAddress || undefined),
    search: () => searchServer(clock),
    words,
    onAlert,
  });
  const lastCrash = readCrashNote(settings);
  if (lastCrash) log.error("previous run ended", { note: settings.crashNote });
  // Who has learned whom to trust speaks in clear to nobody who says that he is it.
  const isPinned = settings.authority !== undefined;
  const request = async () => {
    const url = await address.find();
    return { ...facts(), url: isPinned ? encrypted(url) : url, authority, clock };
  };
  const check = async () => {
    const options = await request();
    // Certificates have dates; not those of a home, in which nobody may know the date.
    if (options.url.startsWith("https:") && !isPinned) await wallClock.learn();
    try {
      const answer = await checkVersion({ ...options, lastCrash: settings.crashNote === "" ? undefined : lastCrash });
      settings.crashNote = "";
      if (answer.trust && authority === undefined && settings.setAuthority(answer.trust.certificate)) {
        log.info("trusts the server's own certificate from now on");
        restart();
      }
      return answer;
    } catch (error) {
      address.forget();
      throw error;
    }
  };
  const activate = async (challenge: string) => askActivation(await request(), challenge);
  const onChecked = () => {
    if (isOnTrial()) confirmFirmware();
  };
  const install = (offer: OtaFirmware) => upgrade.run(offer);
  const own = { clock, machine, settings, version, wallClock, onServer, words, onAlert, onCode };
  return new Boot({ ...own, check, activate, onChecked, upgrade: install });
}
