import board from "board";
import config from "mc/config";
import { confirming } from "./mcp/confirmation.ts";
import { LegacyThings } from "./mcp/legacy-things.ts";
import { McpServer } from "./mcp/server.ts";
import type { Tool } from "./mcp/tool.ts";
import type { SendSnapshot } from "./mcp/tools/screen.ts";
import { builtInTools, userTools } from "./mcp/tools.ts";
import { Alarms } from "./modules/alarms/alarms.ts";
import { Microphone, type MicrophoneParts } from "./modules/audio/microphone.ts";
import { PLATFORM_AUDIO } from "./modules/audio/platform-audio.ts";
import { SoundChips } from "./modules/audio/sound-chips.ts";
import { SoundPath } from "./modules/audio/sound-path.ts";
import { Speaker, type SpeakerParts } from "./modules/audio/speaker.ts";
import { Boot, type BootOptions } from "./modules/boot/boot.ts";
import { keepCrashNote, readCrashNote } from "./modules/boot/crash-note.ts";
import { type Identity, readIdentity } from "./modules/boot/identity.ts";
import { OtaAddress } from "./modules/boot/ota-address.ts";
import { Settings } from "./modules/boot/settings.ts";
import { type DeviceFacts, systemInfo } from "./modules/boot/system-info.ts";
import { askActivation, checkVersion } from "./modules/boot/version-check.ts";
import { searchServer } from "./modules/discovery/server-search.ts";
import type { Backlight } from "./modules/hardware/backlight.ts";
import { deviceClock, SteadyClock, setTime } from "./modules/io/device-clock.ts";
import { sendFormFile } from "./modules/io/http/form-file.ts";
import { HttpStream } from "./modules/io/http/http-stream.ts";
import { hardwareAddress, isConnected, networkStatus } from "./modules/io/network-status.ts";
import { randomBytes } from "./modules/io/random.ts";
import { restart } from "./modules/io/restart.ts";
import { settingsStore } from "./modules/io/settings-store.ts";
import { readAuthority } from "./modules/io/socket/authority.ts";
import { parseUrl } from "./modules/io/url.ts";
import { Wifi } from "./modules/io/wifi/wifi.ts";
import { NetworkStart } from "./modules/provisioning/network-start.ts";
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
import { StatusLight } from "./modules/ui/status-light.ts";
import type { View } from "./modules/ui/view.ts";
import { checkImageUrl, installFirmware } from "./modules/upgrade/install.ts";
import { type Install, Upgrade, type UpgradeParts } from "./modules/upgrade/upgrade.ts";
import type { Clock } from "./protocol/clock.ts";

/** Puts the firmware together: the only place that knows every part, and the only one that reads the configuration. */
export default function main(): void {
  const version = String(config["version"]);
  const settings = new Settings(settingsStore);
  const identity = identify(settings);
  const machine = new StateMachine();
  const clock = new SteadyClock();
  keepCrashNote(settings, clock);
  const authority = readAuthority(config["caCertificate"]);
  const servers: Servers = new Servers({
    address: () => settings.server,
    identity,
    authority,
    clock,
    serverCancelsEcho: () => settings.echoCancel(board.echoCancel) === "server",
    random: () => (randomBytes(1)[0] as number) / 255,
    onUnreachable: () => boot.recheck(),
    onMessage: (message, reply) => session.attend(message, reply),
  });
  const facts = () => deviceFacts(identity, version);
  const shown = createShown(settings, machine, clock);
  const sound = openSound(clock, shown.onAlert);
  const speaker = new Speaker(sound);
  const alarms = createAlarms(settings, speaker, shown.onAlert);
  const hangUp = () => session.end();
  const upgrade: Upgrade = createUpgrade({ clock, machine, settings, authority, hangUp, ...shown });
  const parts = { clock, servers, sound, speaker, alarms, shown, upgrade, authority };
  const session = createSession(machine, settings, facts, parts);
  const onServer = () => servers.refresh();
  const wallClock = createWallClock(settings, clock, alarms);
  const bootParts = { clock, machine, onServer, wallClock, upgrade: upgrade.run.bind(upgrade), ...shown };
  const boot: Boot = createBoot(settings, facts, authority, bootParts);
  const network = createNetworkStart({ clock, machine, settings, identity, shown, onReady: () => boot.start() });
  connectButton({ clock, machine, alarms, session, boot, network });
  log.info("firmware", { version, board: board.name, device: identity.deviceId });
  alarms.start();
  network.start();
}

interface NetworkNeeds {
  readonly clock: Clock;
  readonly machine: StateMachine;
  readonly settings: Settings;
  readonly identity: Identity;
  readonly shown: Shown;
  readonly onReady: () => void;
}

function createNetworkStart({ clock, machine, settings, identity, shown, onReady }: NetworkNeeds): NetworkStart {
  return new NetworkStart({
    clock,
    machine,
    wifi: new Wifi(clock),
    saved: new SavedNetworks(settingsStore),
    advanced: settings,
    deviceId: identity.deviceId,
    isConnected,
    searchServer: () => searchServer(clock),
    onReady,
    onConfiguring: (hotspot, url) => {
      shown.onAlert(`Hotspot: ${hotspot} Config URL: ${url}`, "gear");
      shown.view?.showSetup(hotspot, url);
    },
  });
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

function openSound(clock: Clock, onAlert: OnAlert): Sound {
  const audio = board.audio ?? PLATFORM_AUDIO;
  const shared = new Shared();
  return { path: new SoundPath(audio), chips: new SoundChips(audio, shared, onAlert), shared, clock };
}

/** A screen whose light does not answer is no reason not to talk. */
function openBacklight(shared: Shared, onAlert: OnAlert): Backlight | undefined {
  try {
    return board.backlight && shared.of(board.backlight);
  } catch (error) {
    onAlert(`Backlight: ${reason(error)}`);
    return undefined;
  }
}

interface ButtonNeeds {
  readonly clock: Clock;
  readonly machine: StateMachine;
  readonly alarms: Alarms;
  readonly session: Session;
  readonly boot: Boot;
  readonly network: NetworkStart;
}

/** What rings is silenced first; that press or click does nothing else. */
function connectButton({ clock, machine, alarms, session, boot, network }: ButtonNeeds): void {
  const click = () => {
    if (alarms.silence()) return;
    if (machine.state === "starting") network.configure();
    else if (machine.state === "activating") boot.hurry();
    else session.toggle();
  };
  let isTalking = false;
  const press = () => {
    isTalking = !alarms.silence();
    if (isTalking && machine.state === "activating") boot.hurry();
    else if (isTalking) session.press();
  };
  const release = () => {
    if (isTalking) session.release();
  };
  contained("button", () => board.button?.create({ onClick: click, onPress: press, onRelease: release }, clock));
}

/** A line that the user should see, with the name of a picture for it: in the log, and on the screen if there is one. */
type OnAlert = (text: string, picture?: string) => void;

interface UpgradeNeeds extends Pick<UpgradeParts, "clock" | "machine" | "hangUp" | "onAlert" | "onProgress"> {
  readonly settings: Settings;
  readonly authority: ArrayBuffer | undefined;
}

function createUpgrade({ settings, authority, ...parts }: UpgradeNeeds): Upgrade {
  const { clock } = parts;
  const install: Install = (url, onProgress) => installFirmware({ url, authority, clock, onProgress });
  return new Upgrade({ ...parts, kept: settings, check: checkImageUrl, install, restart });
}

/** How the user learns what the device does: from its log, its light, its screen. */
interface Shown extends Required<Pick<UpgradeParts, "onProgress">>, Required<Pick<BootOptions, "onCode">> {
  readonly light: StatusLight | undefined;
  readonly view: View | undefined;
  readonly onAlert: OnAlert;
}

function createShown(settings: Settings, machine: StateMachine, clock: Clock): Shown {
  const light = board.light && new StatusLight(board.light.create(clock), machine);
  const view = createView(settings, clock);
  machine.onMove((state) => view?.showState(state));
  return {
    light,
    view,
    onAlert: (text, picture) => {
      log.warn("alert", { text });
      view?.showAlert(text, picture);
    },
    onCode: (code, text) => view?.showCode(code, text),
    onProgress: (percent) => view?.showUpgrade(percent),
  };
}

/** What the board's screen shows; undefined without one, or when it does not come to life. */
function createView(settings: Settings, clock: Clock): View | undefined {
  let view: View | undefined;
  contained("screen", () => {
    view = board.screen?.create({
      clock,
      language: String(config["language"]),
      theme: settings.theme,
      volume: () => settings.volume,
      rssi: () => (isConnected() ? networkStatus().rssi : undefined),
      localTime: () => deviceClock.now() + settings.timezoneOffset * 60_000,
    });
  });
  return view;
}

function createAlarms(settings: Settings, speaker: Speaker, onAlert: OnAlert): Alarms {
  const onRing = (label: string) => onAlert(label === "" ? "Timer" : `Timer: ${label}`);
  return new Alarms({ clock: deviceClock, kept: settings, bell: speaker, onRing });
}

function createWallClock(settings: Settings, clock: Clock, alarms: Alarms): WallClock {
  const servers = String(config["timeServers"])
    .split(" ")
    .filter((server) => server !== "");
  return new WallClock({
    now: () => deviceClock.now(),
    set: (ms) => alarms.moveClock(() => setTime(ms)),
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
  readonly clock: Clock;
  readonly servers: Servers;
  readonly sound: Sound;
  readonly speaker: Speaker;
  readonly alarms: Alarms;
  readonly shown: Shown;
  readonly upgrade: Upgrade;
  /** Certificate of an own authority, for sounds from an `https` server. */
  readonly authority: ArrayBuffer | undefined;
}

function createSession(
  machine: StateMachine,
  settings: Settings,
  facts: () => DeviceFacts,
  { clock, servers, sound, speaker, alarms, shown, upgrade, authority }: SessionNeeds,
): Session {
  const { version } = facts();
  const { light, view, onAlert } = shown;
  const backlight = openBacklight(sound.shared, onAlert);
  const builtIn = builtInTools({ speaker, backlight, view, timers: alarms, settings, networkStatus });
  const forUser = userTools({
    systemInfo: () => systemInfo(facts()),
    reboot: () => session.reboot(),
    upgrade: (url) => upgrade.request(url),
    keepAssetsUrl: (url) => {
      settings.assetsUrl = url;
    },
    screen: view && { facts: view, sendSnapshot: snapshotSender(view, clock, authority) },
    summon: (reason) => session.summon(reason),
  });
  const ofBoard = [...boardTools(settings, clock), ...(board.tools ?? [])];
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
    mcp: new McpServer({ name: board.name, version, tools }),
    echoCancel: () => settings.echoCancel(board.echoCancel),
    openSound: (url, onEnd) => new HttpStream({ accept: "audio/ogg", url: parseUrl(url), authority, clock, onEnd }),
    onceLost: (callback) => onceLost({ isConnected, clock }, callback),
    followUpMs: () => settings.followUpMs,
    restart,
    onAlert,
    onMessage: (message) => view?.attend(message),
  });
  return session;
}

/** Boundary, field and file name are those of reference devices. */
function snapshotSender(view: View, clock: Clock, authority: ArrayBuffer | undefined): SendSnapshot {
  const form = { boundary: "----ESP32_SCREEN_SNAPSHOT_BOUNDARY", field: "file", fileName: "screenshot.jpg" };
  return (url, quality) => {
    return sendFormFile({ ...form, type: "image/jpeg", url, clock, authority, content: view.snapshot(quality) });
  };
}

/** The tools of the board's parts. One that does not come to life is named in the log, and the others work. */
function boardTools(settings: Settings, clock: Clock): Tool[] {
  const kept = {
    read: (key: string) => settings.readPart(key),
    write: (key: string, text: string) => settings.writePart(key, text),
  };
  const tools: Tool[] = [];
  for (const part of board.parts ?? []) {
    contained(`part: ${part.pins.map(({ pin, use }) => `${use} at pin ${pin}`).join(", ")}`, () => {
      tools.push(...part.create({ clock, kept }));
    });
  }
  return tools;
}

function createBoot(
  settings: Settings,
  facts: () => DeviceFacts,
  authority: ArrayBuffer | undefined,
  parts: Pick<BootOptions, "clock" | "machine" | "onServer" | "upgrade" | "onAlert" | "onCode"> & {
    readonly wallClock: WallClock;
  },
): Boot {
  const { version } = facts();
  const { clock, wallClock, onAlert } = parts;
  const address = new OtaAddress({
    chosen: () => settings.otaUrl ?? (String(config["otaUrl"]) || undefined),
    search: () => searchServer(clock),
    onAlert,
  });
  const lastCrash = readCrashNote(settings);
  if (lastCrash) log.error("previous run ended", { note: settings.crashNote });
  const request = async () => ({ ...facts(), url: await address.find(), authority, clock });
  const check = async () => {
    const options = await request();
    // Certificates have dates.
    if (options.url.startsWith("https:")) await wallClock.learn();
    try {
      const answer = await checkVersion({ ...options, lastCrash: settings.crashNote === "" ? undefined : lastCrash });
      settings.crashNote = "";
      return answer;
    } catch (error) {
      address.forget();
      throw error;
    }
  };
  const activate = async (challenge: string) => askActivation(await request(), challenge);
  return new Boot({ ...parts, settings, version, check, activate });
}
