import { frozen } from "../../protocol/frozen.ts";
import type { ButtonEvents, TalkMode } from "../hardware/button.ts";
import type { StateMachine } from "../session/state-machine.ts";
import type { DeviceState } from "../session/states.ts";

/** Whom the button concerns. */
export interface TalkButtonNeeds {
  readonly machine: StateMachine;
  readonly settings: { readonly talkMode: TalkMode };
  readonly alarms: { silence(): boolean };
  readonly session: { toggle(): void; press(): void; release(): void };
  readonly boot: { hurry(): void };
  readonly network: { configure(): boolean };
  readonly reset: { hold(): void; letGo(): boolean };
}

/** Until it is ready, the device takes a held button for a wish to be set up anew. */
const BEFORE_READY: readonly DeviceState[] = frozen(["starting", "wifi_configuring", "activating"]);

/** What the talk button does. What rings is silenced first; that press or click does nothing else. */
export function talkButton(needs: TalkButtonNeeds): ButtonEvents {
  const { machine, settings, alarms, session, boot, network, reset } = needs;
  let isTalking = false;
  return {
    onClick: () => {
      if (alarms.silence()) return;
      if (machine.state === "starting") network.configure();
      else if (machine.state === "activating") boot.hurry();
      // Who holds the button to talk has touched it by mistake; a click still interrupts, and ends a conversation.
      else if (settings.talkMode !== "press_to_talk" || machine.state !== "idle") session.toggle();
    },
    onPress: () => {
      if (alarms.silence()) return;
      const isReady = !BEFORE_READY.includes(machine.state);
      isTalking = isReady && settings.talkMode !== "click_to_talk";
      if (isTalking) return session.press();
      // A long click is a click.
      if (isReady) return session.toggle();
      if (machine.state === "activating") boot.hurry();
      reset.hold();
    },
    onRelease: () => {
      if (isTalking) session.release();
      // Held until the warning, but not to the end: who wants another network has this way, too.
      else if (reset.letGo() && BEFORE_READY.includes(machine.state)) network.configure();
      isTalking = false;
    },
  };
}
