import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, test } from "node:test";
import { createConsoleWorld, PASSWORD } from "../fakes/console.ts";

const world = await createConsoleWorld();
after(() => world.close());

const ADA = { name: "Ada", email: "ada@home.lan", password: PASSWORD };
const ada = world.visitor();

test("a server without accounts says so, and who makes the first one is administrator", async () => {
  const visitor = world.visitor();
  assert.deepEqual((await visitor.ask("GET", "/api/setup")).body, {
    needsFirstAccount: true,
    allowsRegistration: false,
    requiresBinding: false,
    passwordLength: 10,
  });
  const both = await Promise.all([
    ada.ask("POST", "/api/auth/sign-up/email", ADA),
    visitor.ask("POST", "/api/auth/sign-up/email", { ...ADA, name: "Eve", email: "eve@home.lan" }),
  ]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [200, 403],
    "two at once are not both the first",
  );
  const { body } = await ada.ask("GET", "/api/me");
  assert.equal(body.role, "administrator");
  assert.equal((await visitor.ask("GET", "/api/setup")).body.needsFirstAccount, false);
});

test("a login's cookie is for the server alone, and ends with the logout", async () => {
  const browser = world.visitor();
  const { headers } = await browser.ask("POST", "/api/auth/sign-in/email", ADA);
  assert.match(String(headers["set-cookie"]), /HttpOnly/);
  assert.match(String(headers["set-cookie"]), /SameSite=Lax/);
  assert.doesNotMatch(String(headers["set-cookie"]), /Secure/);
  const { cookie } = browser;
  assert.equal((await browser.ask("GET", "/api/me")).status, 200);
  await browser.ask("POST", "/api/auth/sign-out", {});
  assert.equal((await world.visitor().ask("GET", "/api/me", undefined, { Cookie: cookie })).status, 401);
});

for (const [password, why] of [
  ["short", "at least 10"],
  ["aaaaaaaaaaaa", "different characters"],
  ["Password2026", "easily guessed"],
  ["I am Grace, hello", "your name"],
] as const) {
  test(`the password "${password}" is refused: ${why}`, async () => {
    const account = { name: "Grace", email: "grace@home.lan", password };
    const { status, body } = await ada.ask("POST", "/api/users", account);
    assert.deepEqual([status, body.code, body.field], [400, "password-weak", "password"]);
    assert.match(body.message, new RegExp(why));
  });
}

test("a guessed password costs time: for an account, and for whoever guesses", async () => {
  const guesser = world.visitor();
  const statuses: number[] = [];
  for (let tries = 0; tries < 12; tries++) {
    const guess = { email: "nobody@home.lan", password: `guess number ${tries}` };
    statuses.push((await guesser.ask("POST", "/api/auth/sign-in/email", guess)).status);
  }
  assert.deepEqual(statuses.slice(0, 10), Array(10).fill(401));
  assert.deepEqual(statuses.slice(10), [429, 429]);
  const answer = await guesser.ask(
    "POST",
    "/api/auth/sign-in/email",
    { email: "nobody@home.lan", password: "guess" },
    { "X-Forwarded-For": "1.2.3.4" },
  );
  assert.ok(Number(answer.headers["retry-after"]) > 0, "a header that anybody can write opens nothing");
  await world.clock.advance(16 * 60_000);
});

test("strangers who guess never keep the owner out of a browser that he has used", async () => {
  const logIn = (visitor: typeof ada, password: string, from = "10.0.0.1") =>
    visitor.ask("POST", "/api/auth/sign-in/email", { email: "Owner@home.lan", password }, { "X-Forwarded-For": from });
  const server = await createConsoleWorld({ env: { XIAOZHI_CONSOLE_TRUSTS_PROXY: "true" } });
  await server.invite(await server.claim(), "owner@home.lan");
  const known = server.visitor();
  assert.equal((await logIn(known, PASSWORD)).status, 200);
  assert.match(known.cookie, /xiaozhi\.known_/);
  for (let at = 0; at < 10; at++) await logIn(server.visitor(), `guess ${at}`, "10.6.6.6");
  assert.equal((await logIn(server.visitor(), PASSWORD, "10.6.6.6")).status, 429, "from where was guessed");
  assert.equal((await logIn(server.visitor(), PASSWORD)).status, 200, "from elsewhere");
  for (let at = 0; at < 110; at++) await logIn(server.visitor(), `guess ${at}`, `10.7.0.${at}`);
  assert.equal((await logIn(server.visitor(), PASSWORD)).status, 429, "from everywhere, when many have guessed");
  assert.equal((await logIn(known, PASSWORD, "10.6.6.6")).status, 200, "whoever has been here before is let in");
  const { cookie } = known;
  const forged = cookie.replace(/(known_\w+=)[\w-]+/, "$1another-browser");
  const login = { email: "owner@home.lan", password: PASSWORD };
  const pretend = await server.visitor().ask("POST", "/api/auth/sign-in/email", login, { Cookie: forged });
  assert.equal(pretend.status, 429);
  for (let at = 0; at < 10; at++) await logIn(known, `guess ${at}`);
  assert.equal((await logIn(known, PASSWORD)).status, 429, "a stolen browser guesses no faster");
  await server.clock.advance(16 * 60_000);
  assert.equal((await logIn(server.visitor(), PASSWORD)).status, 200);
  await server.close();
});

test("a second factor is asked for", async () => {
  const grace = await world.invite(ada, "grace@home.lan");
  const { body } = await grace.ask("POST", "/api/auth/two-factor/enable", { password: PASSWORD });
  const code = () => totp(new URL(body.totpURI).searchParams.get("secret") as string);
  assert.equal((await grace.ask("POST", "/api/auth/two-factor/verify-totp", { code: code() })).status, 200);
  assert.equal((await grace.ask("GET", "/api/me")).body.hasSecondFactor, true);
  const again = world.visitor();
  const first = await again.ask("POST", "/api/auth/sign-in/email", { email: "grace@home.lan", password: PASSWORD });
  assert.equal(first.body.twoFactorRedirect, true);
  assert.equal((await again.ask("GET", "/api/me")).status, 401);
  assert.equal((await again.ask("POST", "/api/auth/two-factor/verify-totp", { code: "000000" })).status, 401);
  assert.equal((await again.ask("POST", "/api/auth/two-factor/verify-totp", { code: code() })).status, 200);
  const { body: me } = await again.ask("GET", "/api/me");
  assert.equal((await ada.ask("PATCH", `/api/users/${me.id}`, { hasSecondFactor: true })).status, 400);
  const lost = await ada.ask("PATCH", `/api/users/${me.id}`, { hasSecondFactor: false });
  assert.equal(lost.body.hasSecondFactor, false);
  assert.equal((await (await world.logIn("grace@home.lan")).ask("GET", "/api/me")).status, 200);
});

test("an administrator blocks accounts, gives passwords, and is never the last to go", async () => {
  const kim = await world.invite(ada, "kim@home.lan");
  const { body: me } = await kim.ask("GET", "/api/me");
  assert.equal((await ada.ask("PATCH", `/api/users/${me.id}`, { isBlocked: true })).body.isBlocked, true);
  assert.equal((await kim.ask("GET", "/api/me")).status, 401);
  const login = { email: "kim@home.lan", password: PASSWORD };
  assert.equal((await kim.ask("POST", "/api/auth/sign-in/email", login)).status, 403);
  await ada.ask("PATCH", `/api/users/${me.id}`, { isBlocked: false, password: "another long one" });
  assert.equal((await kim.ask("POST", "/api/auth/sign-in/email", login)).status, 401);
  const { body: own } = await ada.ask("GET", "/api/me");
  for (const change of [{ role: "user" }, { isBlocked: true }]) {
    assert.equal((await ada.ask("PATCH", `/api/users/${own.id}`, change)).body.code, "last-administrator");
  }
  assert.equal((await ada.ask("DELETE", `/api/users/${own.id}`)).status, 409);
  assert.equal((await ada.ask("DELETE", `/api/users/${me.id}`)).status, 200);
});

test("a program has a token of its own, until it is taken away", async () => {
  const { body: made } = await ada.ask("POST", "/api/tokens", { name: "backup", days: 1 });
  const program = world.visitor(made.token);
  assert.equal((await program.ask("GET", "/api/me")).body.email, ADA.email);
  const { body: list } = await ada.ask("GET", "/api/tokens");
  assert.equal(list[0].start, made.token.slice(0, 9));
  assert.ok(!JSON.stringify(list).includes(made.token));
  await world.clock.advance(24 * 3_600_000);
  assert.equal((await program.ask("GET", "/api/me")).status, 401, "a day is over");
  const { body: other } = await ada.ask("POST", "/api/tokens", { name: "another" });
  await ada.ask("DELETE", `/api/tokens/${other.id}`);
  assert.equal((await world.visitor(other.token).ask("GET", "/api/me")).status, 401);
});

test("every change is in the log, without secrets", async () => {
  const { body } = await ada.ask("GET", "/api/audit?perPage=200");
  const actions = new Set(
    body.rows.map(({ action, entity }: { action: string; entity: string }) => `${action} ${entity}`),
  );
  for (const wanted of [
    "create users",
    "update users",
    "remove users",
    "create tokens",
    "sign-in/email refused account",
  ]) {
    assert.ok(actions.has(wanted), wanted);
  }
  assert.ok(!JSON.stringify(body).includes("another long one"));
});

/** RFC 6238 with SHA-1, six digits and 30 s, as authenticators do it. */
function totp(secret: string): string {
  const bits = [...secret].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = (hash.at(-1) as number) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
