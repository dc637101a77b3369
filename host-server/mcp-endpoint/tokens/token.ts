import { createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import { isSameSecret } from "../../secret.ts";
import { ROLES, type Role } from "../relay.ts";
import { openReferenceToken } from "./reference-token.ts";

/** Begins our own tokens; those of the reference are base64, which has no dot. */
const PREFIX = "xz1.";
/** Letters and digits of a token's own id. */
const ID_BYTES = 6;

const claims = z.object({
  id: z.string().min(1),
  agent: z.string().min(1),
  roles: z.array(z.enum(ROLES)).min(1),
  /** Seconds since 1970; absent: for ever. */
  expires: z.int().optional(),
});

/** What a token allows. */
export type TokenClaims = z.output<typeof claims>;

export interface TokenRules {
  /** The endpoint's key. */
  readonly key: string;
  /** Whether tokens of the reference's consoles are good here: they never expire, and open both sides. */
  readonly acceptsReference: boolean;
  /** ms since 1970. */
  readonly now: () => number;
  /** Whether the token with this id has been revoked. */
  readonly isRevoked: (id: string) => boolean;
}

/** What a token is to allow. */
export interface TokenWish {
  readonly agent: string;
  readonly roles: readonly Role[];
  /** How long it is good for; undefined: for ever. */
  readonly days?: number;
  /** Whether the agent has the same token each time; else every one is another, and can be revoked alone. */
  readonly isLasting?: boolean;
}

/** A token that lets one side of an agent in. */
export function issueToken(
  key: string,
  { agent, roles, days, isLasting }: TokenWish,
  now: number,
): { readonly id: string; readonly token: string } {
  const id = isLasting
    ? createHmac("sha256", key)
        .update(`lasting ${roles.join()} ${agent}`)
        .digest("hex")
        .slice(0, 2 * ID_BYTES)
    : randomBytes(ID_BYTES).toString("hex");
  const expires = days === undefined ? {} : { expires: Math.floor(now / 1000 + days * 86_400) };
  const body = Buffer.from(JSON.stringify({ id, agent, roles, ...expires })).toString("base64url");
  return { id, token: `${PREFIX}${body}.${signature(key, body)}` };
}

/**
 * The agent that a token lets in on this side.
 *
 * @throws Error saying why it does not, without quoting the token
 */
export function readToken(token: string, role: Role, rules: TokenRules): string {
  if (token === "") throw new Error("a token is missing: ?token=…");
  if (!token.startsWith(PREFIX)) {
    if (!rules.acceptsReference) throw new Error("tokens without role and expiry are not accepted here");
    return openReferenceToken(rules.key, token);
  }
  const { agent, roles, expires, id } = readClaims(token, rules.key);
  if (!roles.includes(role)) throw new Error(`the token is for ${roles.join(" and ")}, not for ${role}`);
  if (expires !== undefined && rules.now() >= expires * 1000) {
    throw new Error(`the token expired at ${new Date(expires * 1000).toISOString()}`);
  }
  if (rules.isRevoked(id)) throw new Error(`the token ${id} has been revoked`);
  return agent;
}

/** What a token of ours says. @throws Error when this key did not sign it */
export function readClaims(token: string, key: string): TokenClaims {
  const [body = "", sign = ""] = token.slice(PREFIX.length).split(".");
  if (!token.startsWith(PREFIX) || !isSameSecret(sign, signature(key, body))) {
    throw new Error("the token was not made with this endpoint's key");
  }
  return claims.parse(JSON.parse(Buffer.from(body, "base64url").toString()));
}

function signature(key: string, body: string): string {
  return createHmac("sha256", key).update(`mcp-endpoint ${body}`).digest("base64url");
}
