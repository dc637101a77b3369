import board from "board";
import config from "mc/config";
import { LegacyThings } from "./mcp/legacy-things.ts";
import { McpServer } from "./mcp/server.ts";
import { builtInTools, userTools } from "./mcp/tools.ts";
import { Microphone } from "./modules/audio/microphone.ts";
import { Speaker } from "./modules/audio/speaker.ts";
import { Boot } from "./modules/boot/boot.ts";
import { type Identity, readIdentity } from "./modules/boot/identity.ts";
import { Settings } from "./modules/boot/settings.ts";
import { askActivation, checkVersion, type DeviceFacts, systemInfo } from "./modules/boot/version-check.ts";
import { deviceClock as clock, setTime } from "./modules/io/device-clock.ts";
import { hardwareAddress, isConnected, networkStatus } from "./modules/io/network-status.ts";
import { randomBytes } from "./modules/io/random.ts";
import { restart } from "./modules/io/restart.ts";
import { settingsStore } from "./modules/io/settings-store.ts";
import { Session } from "./modules/session/session.ts";
import { StateMachine } from "./modules/session/state-machine.ts";
import { withThings } from "./modules/session/things-channel.ts";
import { log } from "./modules/system/log.ts";
import type { ChannelEvents } from "./modules/transport/channel.ts";
import { endingWithNetwork } from "./modules/transport/network-watch.ts";
import { WebSocketChannel } from "./modules/transport/websocket-channel.ts";
import { followState } from "./modules/ui/status-light.ts";

/** Puts the firmware together: the only place that knows every part, and the only one that reads the configuration. */
export default function main(): void {
  const version = String(config["version"]);
  const settings = new Settings(settingsStore);
  const identity = readIdentity(settings, hardwareAddress(), randomBytes);
  const machine = new StateMachine();
  const facts = () => deviceFacts(identity, version);
  const session = createSession(machine, settings, facts);
  const boot = createBoot(machine, settings, facts);
  if (board.light) followState(board.light.create(clock), machine);
  const click = () => (machine.state === "activating" ? boot.hurry() : session.toggle());
  board.button?.create({ onClick: click, onPress: () => session.press(), onRelease: () => session.release() }, clock);
  log.info("firmware", { version, board: board.name, device: identity.deviceId });
  boot.start();
}

/** Boards have no screen yet: what the user should see is in the log. */
function onAlert(text: string): void {
  log.warn("alert", { text });
}

/** The device as it is now: its network changes. */
function deviceFacts(identity: Identity, version: string): DeviceFacts {
  const { name, family = name, chip } = board;
  const language = String(config["language"]);
  return { identity, board: { name, family, chip }, version, language, network: networkStatus() };
}

function createSession(machine: StateMachine, settings: Settings, facts: () => DeviceFacts): Session {
  const { identity, version } = facts();
  const speaker = new Speaker({ sampleRate: board.speakerSampleRate, clock });
  const builtIn = builtInTools({ speaker, backlight: board.backlight?.create(), settings, networkStatus });
  const forUser = userTools({ systemInfo: () => systemInfo(facts()), reboot: () => session.reboot() });
  const tools = [...builtIn, ...(board.tools ?? []), ...forUser];
  const openChannel = (events: ChannelEvents) => {
    const server = settings.websocket;
    if (!server) throw new Error("Looking for available service");
    return new WebSocketChannel({ ...server, ...identity, clock }, events);
  };
  const watched = endingWithNetwork(openChannel, { isConnected, clock });
  const session: Session = new Session({
    clock,
    machine,
    openChannel: settings.introducesThings ? withThings(watched, new LegacyThings(tools)) : watched,
    createMicrophone: (onPacket) => new Microphone(onPacket),
    speaker,
    mcp: new McpServer({ name: board.name, version, tools }),
    defaultMode: board.cancelsEcho ? "realtime" : "auto",
    followUpMs: () => settings.followUpMs,
    restart,
    onAlert,
  });
  return session;
}

function createBoot(machine: StateMachine, settings: Settings, facts: () => DeviceFacts): Boot {
  const { version } = facts();
  const request = () => ({ ...facts(), url: settings.otaUrl ?? String(config["otaUrl"]), clock });
  const check = () => checkVersion(request());
  const activate = () => askActivation(request());
  return new Boot({ machine, settings, clock, version, setTime, check, activate, onAlert });
}
