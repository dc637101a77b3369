import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Cancel } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { FirmwareFolder } from "../ota/firmware.ts";
import type { Fleet } from "../ota/fleet.ts";
import { keptKey } from "../ota/kept-key.ts";
import { lanAddress } from "../ota/lan-address.ts";
import type { TurnReport } from "../pipeline/turn-report.ts";
import { isSameSecret } from "../secret.ts";
import type { DeviceLink } from "../session/link.ts";
import type { SessionOptions } from "../session/session-options.ts";
import { sharedSecret } from "../settings.ts";
import { noteChange } from "../storage/audit-log.ts";
import { getDevice } from "../storage/devices.ts";
import { Accounts } from "./accounts/accounts.ts";
import { isAdministrator, owns, type Principal } from "./accounts/principal.ts";
import { Binder } from "./binding/binder.ts";
import { Binding } from "./binding/binding.ts";
import { bindingLlm, unboundLink } from "./binding/unbound-link.ts";
import { ConsoleError } from "./errors.ts";
import { Figures } from "./figures.ts";
import { FirmwareStore } from "./firmware/firmware-store.ts";
import { firmwareFolder } from "./firmware/folder.ts";
import { ConsoleFleet } from "./fleet.ts";
import { callerAddress } from "./http/caller-address.ts";
import { notKept, sameOrigin, securityHeaders } from "./http/guard.ts";
import { mountRoutes, refuse } from "./http/mount-routes.ts";
import { mountPages } from "./http/pages.ts";
import type { Access, Route } from "./http/route.ts";
import { LiveFeeds } from "./live/live-feeds.ts";
import type { ConsoleParts, ConsoleServer, RouteMaker } from "./parts.ts";
import { referenceRoutes } from "./reference/reference-api.ts";
import { accountRoutes } from "./routes/account-routes.ts";
import { agentDetailRoutes } from "./routes/agent-detail-routes.ts";
import { agentRoutes } from "./routes/agent-routes.ts";
import { deviceRoutes } from "./routes/device-routes.ts";
import { deviceToolRoutes } from "./routes/device-tool-routes.ts";
import { firmwareRoutes } from "./routes/firmware-routes.ts";
import { flashRoutes } from "./routes/flash-routes.ts";
import { historyRoutes } from "./routes/history-routes.ts";
import { knowledgeRoutes } from "./routes/knowledge-routes.ts";
import { liveRoutes } from "./routes/live-routes.ts";
import { modelRoutes } from "./routes/model-routes.ts";
import { parameterRoutes } from "./routes/parameter-routes.ts";
import { serverRoutes } from "./routes/server-routes.ts";
import { templateRoutes } from "./routes/template-routes.ts";
import { userRoutes } from "./routes/user-routes.ts";
import { voiceRoutes } from "./routes/voice-routes.ts";

type Stages = SessionOptions["stages"];

/** File with what cookies are signed with. */
const KEY_FILE = ".console-key";
const MAX_LOGIN_BYTES = 16 * 1024;

const ROUTES: readonly RouteMaker[] = [
  ...accountRoutes,
  ...userRoutes,
  ...deviceRoutes,
  ...deviceToolRoutes,
  ...agentRoutes,
  ...agentDetailRoutes,
  ...voiceRoutes,
  ...templateRoutes,
  ...historyRoutes,
  ...knowledgeRoutes,
  ...modelRoutes,
  ...parameterRoutes,
  ...firmwareRoutes,
  ...flashRoutes,
  ...liveRoutes,
  ...serverRoutes,
];

/** The console: accounts, and everything that they may see and change. */
export class Console {
  readonly #server: ConsoleServer;
  readonly #accounts: Accounts;
  readonly #binding: Binding;
  readonly #live: LiveFeeds;
  readonly #figures: Figures;
  readonly #parts: ConsoleParts;
  readonly #endLog: (() => void) | undefined;
  /** What the console has to say in the version check. */
  readonly fleet: Fleet;
  readonly routes: readonly Route[];

  constructor(server: ConsoleServer) {
    const { storage, clock, log, dataDirectory, config } = server;
    this.#server = server;
    const { url, password_length: passwordLength } = config().console;
    const allowsRegistration = () => config().console.registration;
    const key = {
      secret: keptKey(dataDirectory, KEY_FILE, sharedSecret(config())),
      isSecure: url.startsWith("https:"),
      passwords: server.passwords,
    };
    this.#accounts = new Accounts({ storage, log, ...key, passwordLength, allowsRegistration });
    this.#binding = new Binding({
      storage,
      isRequired: () => config().console.binding,
      isBound: (deviceId) => server.isBound(deviceId),
      prompt: () => config().console.binding_prompt,
      url: () => url || `http://${lanAddress()}:${config().server.http_port}`,
    });
    this.fleet = new ConsoleFleet({
      storage,
      binding: this.#binding,
      images: new FirmwareFolder(firmwareFolder(dataDirectory)),
      noteSeen: (deviceId) => server.noteSeen(deviceId),
    });
    this.#live = new LiveFeeds(clock);
    this.#endLog = server.logLines?.listen((line) => this.#live.log(line));
    this.#figures = new Figures(clock, server.sessionCount);
    const parts: ConsoleParts = {
      ...server,
      accounts: this.#accounts,
      binder: new Binder(storage, clock),
      firmware: new FirmwareStore(storage, dataDirectory),
      live: this.#live,
      figures: this.#figures,
    };
    this.#parts = parts;
    this.routes = ROUTES.map((make) => make(parts));
  }

  /** Whether somebody with an account asks. */
  async isLoggedIn(headers: Headers): Promise<boolean> {
    return (await this.#accounts.principalOf(headers)) !== undefined;
  }

  /** Whether the caller of this request may do something with a device. */
  async mayUse(headers: Headers, deviceId: string): Promise<boolean> {
    const principal = await this.#accounts.principalOf(headers);
    const device = principal && (await getDevice(this.#server.storage, deviceId));
    return device !== undefined && owns(principal as Principal, device.owner);
  }

  start(): void {
    this.#figures.start();
  }

  stop(): void {
    this.#figures.stop();
    this.#endLog?.();
  }

  /** Tells what a device of this process does, beginning with its state; gives what ends that. */
  watchOwn(deviceId: string, listener: (event: JsonObject) => void): Cancel {
    return this.#live.watch(deviceId, listener);
  }

  /** A turn has ended. */
  turn(report: TurnReport): void {
    this.#figures.turn(report);
    this.#live.turn(report);
  }

  /** A device has connected: one that is to be bound hears where, whatever it says. */
  receive(link: DeviceLink, stages: Stages): { readonly link: DeviceLink; readonly stages: Stages } {
    const { deviceId } = link.device;
    const followed = this.#live.follow(link);
    if (!this.#binding.isMissing(deviceId)) return { link: followed, stages };
    const words = () => this.#binding.words(deviceId);
    return { link: unboundLink(followed, words), stages: { ...stages, llm: bindingLlm(words) } };
  }

  /** Puts API and pages on the HTTP port. */
  mount(app: OpenAPIHono): void {
    const { url } = this.#server.config().console;
    const headers = securityHeaders(url.startsWith("https:"));
    app.use("/api/*", headers, notKept, sameOrigin(url));
    for (const path of ["/", "/icon.svg", "/assets/*"]) app.use(path, headers);
    mountPages(app);
    const tooLarge = (context: Context) =>
      refuse(context, new ConsoleError(413, "body-too-large", `expected at most ${MAX_LOGIN_BYTES} bytes`));
    const limit = bodyLimit({ maxSize: MAX_LOGIN_BYTES, onError: tooLarge });
    app.on(["get", "post"], "/api/auth/*", limit, (context) => this.#login(context));
    mountRoutes(app, this.routes, {
      admit: (context, access) => this.#admit(context, access),
      onChange: (principal, change) =>
        noteChange(this.#server.storage, { actor: principal.email || "server", ...change }),
    });
  }

  /** Answers servers of the reference. */
  mountReference(app: Hono): void {
    app.route("/", referenceRoutes(this.#parts));
  }

  async #login(context: Context): Promise<Response> {
    try {
      const address = callerAddress(context, this.#server.config().console.trusts_proxy);
      return await this.#accounts.answer(context.req.raw, address);
    } catch (error) {
      return refuse(context, error);
    }
  }

  /** @throws ConsoleError `login-required`, `forbidden` */
  async #admit(context: Context, access: Access): Promise<Principal | undefined> {
    if (access === "open") return undefined;
    if (access === "secret") {
      this.#checkSecret(context);
      return undefined;
    }
    const principal = await this.#accounts.principalOf(context.req.raw.headers);
    if (!principal) throw new ConsoleError(401, "login-required", "log in first");
    if (access === "administrator" && !isAdministrator(principal)) {
      throw new ConsoleError(403, "forbidden", "this is for administrators");
    }
    return principal;
  }

  #checkSecret(context: Context): void {
    const { secret } = this.#server.config().server;
    const given = /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    if (secret === "" || !isSameSecret(given, secret)) {
      throw new ConsoleError(401, "login-required", "the bearer token is not server.secret");
    }
  }
}
