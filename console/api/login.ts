import type { Me, SetupState } from "../../host-server/console/contract/accounts.ts";
import { RequestError, request } from "./request.ts";

/** Who is logged in; undefined when nobody is. */
export async function readMe(): Promise<Me | undefined> {
  try {
    return await request<Me>("GET", "me");
  } catch (error) {
    if (error instanceof RequestError && error.status === 401) return undefined;
    throw error;
  }
}

export function readSetup(): Promise<SetupState> {
  return request("GET", "setup");
}

/** Logs in. True when the second factor is still to come. */
export async function signIn(email: string, password: string): Promise<boolean> {
  const answer = await request<{ twoFactorRedirect?: boolean }>("POST", "auth/sign-in/email", { email, password });
  return answer.twoFactorRedirect === true;
}

/** The second factor: six digits of an app, or a backup code. */
export async function verifyCode(code: string): Promise<void> {
  const way = /^\d{6}$/.test(code) ? "verify-totp" : "verify-backup-code";
  await request("POST", `auth/two-factor/${way}`, { code });
}

export async function signUp(account: { name: string; email: string; password: string }): Promise<void> {
  await request("POST", "auth/sign-up/email", account);
}

export async function signOut(): Promise<void> {
  await request("POST", "auth/sign-out", {});
}
