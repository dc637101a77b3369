import board from "board";
import config from "mc/config";
import { confirming } from "./mcp/confirmation.ts";
import { LegacyThings } from "./mcp/legacy-things.ts";
import { partTools } from "./mcp/part-tools.ts";
import { McpServer } from "./mcp/server.ts";
import { builtInTools, userTools } from "./mcp/tools.ts";
import { Alarms } from "./modules/alarms/alarms.ts";
import { Microphone, type MicrophoneParts } from "./modules/audio/microphone.ts";
import { PLATFORM_AUDIO } from "./modules/audio/platform-audio.ts";
import { SoundChips } from "./modules/audio/sound-chips.ts";
import { SoundPath } from "./modules/audio/sound-path.ts";
import { Speaker, type SpeakerParts } from "./modules/audio/speaker.ts";
import type { Boot } from "./modules/boot/boot.ts";
import { keepCrashNote } from "./modules/boot/crash-note.ts";
import { FactoryReset } from "./modules/boot/factory-reset.ts";
import { type Identity, readIdentity } from "./modules/boot/identity.ts";
import { Settings } from "./modules/boot/settings.ts";
import { StartCount } from "./modules/boot/start-count.ts";
import { type DeviceFacts, systemInfo } from "./modules/boot/system-info.ts";
import { createButtons } from "./modules/device/buttons.ts";
import { PartNeeds } from "./modules/device/part-context.ts";
import { createPower, type Power } from "./modules/device/power.ts";
import { createScreenServices } from "./modules/device/screen-services.ts";
import { createShown, type Shown } from "./modules/device/shown.ts";
import { createPrompts, heard } from "./modules/device/sounds.ts";
import { createBoot } from "./modules/device/start-up.ts";
import { logTalk } from "./modules/device/talk-log.ts";
import { ServerVision } from "./modules/device/vision.ts";
import { searchServer } from "./modules/discovery/server-search.ts";
import type { Backlight } from "./modules/hardware/backlight.ts";
import { deviceClock, SteadyClock, setTime } from "./modules/io/device-clock.ts";
import { HttpStream } from "./modules/io/http/http-stream.ts";
import { hardwareAddress, isConnected, networkStatus } from "./modules/io/network-status.ts";
import { freeHeap, setTransmitPower } from "./modules/io/platform.ts";
import { randomBytes } from "./modules/io/random.ts";
import { restart } from "./modules/io/restart.ts";
import { settingsStore } from "./modules/io/settings-store.ts";
import { readAuthority } from "./modules/io/socket/authority.ts";
import { parseUrl } from "./modules/io/url.ts";
import { Wifi } from "./modules/io/wifi/wifi.ts";
import { hotspotName, NetworkStart } from "./modules/provisioning/network-start.ts";
import { SavedNetworks } from "./modules/provisioning/saved-networks.ts";
import { Session } from "./modules/session/session.ts";
import { StateMachine } from "./modules/session/state-machine.ts";
import { withThings } from "./modules/session/things-channel.ts";
import { contained } from "./modules/system/contained.ts";
import { log, reason } from "./modules/system/log.ts";
import { Shared } from "./modules/system/shared.ts";
import { askTimeServers } from "./modules/time/time-servers.ts";
import { WallClock } from "./modules/time/wall-clock.ts";
import { endingWithNetwork, onceLost } from "./modules/transport/network-watch.ts";
import { Servers } from "./modules/transport/servers.ts";
import { talkButton } from "./modules/ui/talk-button.ts";
import type { View } from "./modules/ui/view.ts";
import { readFirmwareKey } from "./modules/upgrade/firmware-key.ts";
import { checkImageUrl, installFirmware } from "./modules/upgrade/install.ts";
import { type Install, Upgrade, type UpgradeParts } from "./modules/upgrade/upgrade.ts";
import type { Clock } from "./protocol/clock.ts";
import type { ToDevice } from "./protocol/to-device.ts";

/** Of which firmware an image must be. */
const PROJECT = "xiaozhi";
/** The answer of a tool leaves first. */
const ANSWER_MS = 1000;
const SAFE_MODE_MS = 600_000;

/** What every start has, also one in safe mode. */
interface Foundation {
  readonly version: string;
  readonly settings: Settings;
  readonly identity: Identity;
  readonly machine: StateMachine;
  readonly clock: Clock;
  /** Certificate of an own authority that is trusted beside the public ones. */
  readonly authority: ArrayBuffer | undefined;
  readonly startCount: StartCount;
  readonly restart: () => void;
  readonly reset: FactoryReset;
  readonly shown: Shown;
  /** The parts of the board that others may use. */
  readonly shared: Shared;
  /** The device as it is now. */
  readonly facts: () => DeviceFacts;
}

/** Puts the firmware together: the only place that knows every part, and the only one that reads the configuration. */
export default function main(): void {
  const version = String(config["version"]);
  const settings = new Settings(settingsStore);
  const identity = identify(settings);
  const clock = new SteadyClock();
  keepCrashNote(settings, clock);
  const machine = new StateMachine();
  const startCount = new StartCount(settings);
  const kind = startCount.begin(clock);
  const shared = new Shared();
  const hasScreen = kind !== "bare";
  if (hasScreen) wakePower(shared);
  const language = String(config["language"]);
  const shown = createShown({ board, settings, machine, clock, shared, language, hasScreen });
  const { words, onAlert } = shown;
  const foundation: Foundation = {
    version,
    settings,
    identity,
    machine,
    clock,
    authority: settings.authority ?? readAuthority(config["caCertificate"]),
    startCount,
    restart,
    reset: new FactoryReset({ clock, erase: () => settingsStore.eraseAll(), restart, words, onAlert }),
    shown,
    shared,
    facts: () => deviceFacts(identity, version),
  };
  log.info("firmware", { version, board: board.name, device: identity.deviceId });
  if (kind === "whole") startWhole(foundation);
  else startSafely(foundation);
}

function startWhole(bare: Foundation): void {
  const { settings, identity, machine, clock, authority, reset } = bare;
  const servers: Servers = new Servers({
    words: bare.shown.words,
    address: () => settings.server,
    identity,
    authority,
    clock,
    serverCancelsEcho: () => settings.echoCancel(board.echoCancel) === "server",
    random: () => (randomBytes(1)[0] as number) / 255,
    onUnreachable: () => boot.recheck(),
    onMessage: (message, reply) => session.attend(message, reply),
  });
  const sound = openSound(bare);
  const speaker = new Speaker(sound);
  const prompts = createPrompts({ ...bare, speaker, language: String(config["language"]) });
  const shown = heard(bare.shown, prompts);
  const foundation = { ...bare, shown };
  const alarms = createAlarms(settings, speaker, (label) => {
    shown.onAlert(shown.words.timer(label));
    power.stir();
  });
  const backlight = openBacklight(foundation);
  const power: Power = createPower({ ...foundation, board, alarms, backlight });
  const obstacle = () => power.obstacle;
  const upgrade: Upgrade = createUpgrade({ ...foundation, hangUp: () => session.end(), obstacle });
  const reconfigureWifi = () => {
    session.end();
    network.configure();
  };
  const parts = { servers, sound, speaker, alarms, backlight, power, upgrade, reconfigureWifi };
  const session = createSession(foundation, parts);
  const wallClock = createWallClock(settings, clock, (ms) => alarms.moveClock(() => setTime(ms)));
  const boot: Boot = createBoot({
    ...foundation,
    builtInAddress: String(config["otaUrl"]),
    wallClock,
    upgrade,
    onServer: () => servers.refresh(),
  });
  const network = createNetworkStart(foundation, () => boot.start());
  const talk = talkButton({ machine, settings, alarms, session, boot, network, reset });
  createButtons({ board, clock, talk, speaker, settings, view: shown.view });
  alarms.start();
  network.start();
}

/**
 * After ten starts that ended at once: no sound, no parts of the board, no conversation, only what brings the device
 * into a network and new firmware to the device. A click, or ten minutes, and it starts as usual.
 */
function startSafely(foundation: Foundation): void {
  const { settings, machine, clock, startCount, reset, shown } = foundation;
  shown.onAlert(shown.words.safeMode);
  const wallClock = createWallClock(settings, clock, setTime);
  const upgrade = createUpgrade({ ...foundation, hangUp: () => undefined, obstacle: () => undefined });
  const boot: Boot = createBoot({
    ...foundation,
    builtInAddress: String(config["otaUrl"]),
    wallClock,
    upgrade,
    onServer: () => undefined,
  });
  const network = createNetworkStart(foundation, () => boot.start());
  const onClick = () => {
    startCount.forget();
    restart();
  };
  const events = { onClick, onPress: () => reset.hold(), onRelease: () => reset.letGo() };
  contained("button", () => board.button?.create(events, clock));
  clock.schedule(SAFE_MODE_MS, () => {
    if (machine.state === "upgrading" || machine.state === "wifi_configuring") return;
    startCount.giveOneMoreTry();
    restart();
  });
  network.start();
}

function createNetworkStart(foundation: Foundation, onReady: () => void): NetworkStart {
  const { clock, machine, settings, identity, shown } = foundation;
  const network = new NetworkStart({
    clock,
    machine,
    wifi: new Wifi(clock),
    saved: new SavedNetworks(settingsStore),
    advanced: settings,
    deviceId: identity.deviceId,
    isConnected,
    searchServer: () => searchServer(clock),
    onReady: () => {
      setTransmitPower(settings.maxTxPower);
      onReady();
    },
    onStep: (step, ssid) => shown.view?.showNetwork(step, ssid),
    onConfiguring: (hotspot, url) => {
      shown.onAlert(shown.words.hotspot(hotspot, url), "gear");
      shown.view?.showSetup(hotspot, url);
    },
  });
  contained("serial setup", () => listenToCable(foundation, network));
  return network;
}

/** A computer at the device's serial line may bring it into a network, in any state. */
function listenToCable({ clock, version, identity }: Foundation, network: NetworkStart): void {
  const chip = board.chip === "esp32s3" ? "ESP32-S3" : board.chip;
  board.serialSetup?.create({
    clock,
    facts: { firmware: "XiaoZhi XS", version, chip, name: hotspotName(identity.deviceId) },
    isConnected,
    look: () => network.look(),
    adopt: (credentials) => network.adopt(credentials),
  });
}

/** What the others stand on. Those say themselves what they lack. */
function wakePower(shared: Shared): void {
  const { power = [], powerSwitch } = board;
  for (const part of powerSwitch ? [powerSwitch, ...power] : power) contained("power", () => shared.of(part));
}

function identify(settings: Settings): Identity {
  const { signingChip } = board;
  return readIdentity({ settings, hardwareAddress: hardwareAddress(), signingChip, random: randomBytes });
}

/** Microphone and speaker, and what they share with other parts of the board. */
interface Sound extends MicrophoneParts, SpeakerParts {
  readonly path: SoundPath;
  readonly shared: Shared;
}

function openSound({ shared, clock, shown }: Foundation): Sound {
  const audio = board.audio ?? PLATFORM_AUDIO;
  const onAlert = (fault: string) => shown.onAlert(shown.words.soundFault(fault));
  return { path: new SoundPath(audio), chips: new SoundChips(audio, shared, onAlert), shared, clock };
}

/** A screen whose light does not answer is no reason not to talk. */
function openBacklight({ shared, shown }: Foundation): Backlight | undefined {
  try {
    return board.backlight && shared.of(board.backlight);
  } catch (error) {
    shown.onAlert(shown.words.backlightFault(reason(error)));
    return undefined;
  }
}

type UpgradeNeeds = Foundation & Pick<UpgradeParts, "hangUp" | "obstacle">;

function createUpgrade({ clock, machine, settings, authority, shown, hangUp, obstacle }: UpgradeNeeds): Upgrade {
  const install: Install = ({ url, version, sha256 }, onProgress) => {
    const publicKey = readFirmwareKey(String(config["firmwareKey"]));
    const expected = { project: PROJECT, board: board.name, version, sha256, publicKey };
    return installFirmware({ url, authority, clock, expected, onProgress });
  };
  const { words, onAlert, onProgress } = shown;
  const told = { words, onAlert, onProgress, hangUp, obstacle };
  return new Upgrade({ clock, machine, kept: settings, check: checkImageUrl, install, ...told, restart });
}

function createAlarms(settings: Settings, speaker: Speaker, onRing: (label: string) => void): Alarms {
  return new Alarms({ clock: deviceClock, kept: settings, bell: speaker, onRing });
}

function createWallClock(settings: Settings, clock: Clock, set: (ms: number) => void): WallClock {
  const servers = String(config["timeServers"])
    .split(" ")
    .filter((server) => server !== "");
  return new WallClock({
    now: () => deviceClock.now(),
    set,
    kept: settings,
    ask: () => askTimeServers({ servers, clock, random: randomBytes }),
  });
}

/** The device as it is now: its network changes. */
function deviceFacts(identity: Identity, version: string): DeviceFacts {
  const { name, family = name, chip, manufacturer, flashBytes } = board;
  const language = String(config["language"]);
  return {
    identity,
    board: { name, family, chip, manufacturer, flashBytes },
    version,
    language,
    network: networkStatus(),
  };
}

interface SessionNeeds {
  readonly servers: Servers;
  readonly sound: Sound;
  readonly speaker: Speaker;
  readonly alarms: Alarms;
  readonly backlight: Backlight | undefined;
  readonly power: Power;
  readonly upgrade: Upgrade;
  readonly reconfigureWifi: () => void;
}

function createSession(foundation: Foundation, needs: SessionNeeds): Session {
  const { version, machine, settings, facts, clock, shown, authority, reset } = foundation;
  const { servers, sound, speaker, alarms, backlight, power, upgrade, reconfigureWifi } = needs;
  const { light, view, onAlert } = shown;
  const state = { settings, battery: () => power.battery, freeHeap, networkStatus };
  const builtIn = builtInTools({ speaker, backlight, view, timers: alarms, ...state });
  const reconfigureLater = () => {
    clock.schedule(ANSWER_MS, reconfigureWifi);
  };
  const forUser = userTools({
    systemInfo: () => systemInfo(facts()),
    reboot: () => session.reboot(),
    upgrade: (url) => upgrade.request(url),
    keepAssetsUrl: (url) => {
      settings.assetsUrl = url;
    },
    screen: view && createScreenServices(view, clock, authority),
    summon: (reason) => session.summon(reason),
    reconfigureWifi: reconfigureLater,
    factoryReset: () => clock.schedule(ANSWER_MS, () => reset.run()),
  });
  const vision = new ServerVision(foundation);
  const partNeeds = new PartNeeds({ ...foundation, vision, view, reconfigureWifi: reconfigureLater });
  const ofBoard = [...partTools(board.parts ?? [], partNeeds), ...(board.tools ?? [])];
  const tools = confirming([...builtIn, ...ofBoard, ...forUser], () => clock.now());
  const watched = endingWithNetwork((events) => servers.open(events), { isConnected, clock });
  const session: Session = new Session({
    clock,
    machine,
    openChannel: settings.introducesThings ? withThings(watched, new LegacyThings(tools)) : watched,
    createMicrophone: (events) => new Microphone(sound, events),
    wakeWord: board.wakeWord,
    sendsWakeSound: () => settings.sendsWakeSound,
    onVoice: (isVoice) => light?.showVoice(isVoice),
    speaker,
    mcp: new McpServer({ name: board.name, version, tools, onVision: (access) => vision.learn(access) }),
    echoCancel: () => settings.echoCancel(board.echoCancel),
    openSound: (url, onEnd) => new HttpStream({ accept: "audio/ogg", url: parseUrl(url), authority, clock, onEnd }),
    onceLost: (callback) => onceLost({ isConnected, clock }, callback),
    followUpMs: () => settings.followUpMs,
    restart,
    onAlert,
    onMessage: attending(view),
  });
  return session;
}

function attending(view: View | undefined): (message: ToDevice) => void {
  if (config["logsTalk"] !== true) return (message) => view?.attend(message);
  return (message) => {
    logTalk(message);
    view?.attend(message);
  };
}
