/** The longest that the code holds, in bytes of UTF-8. */
const MOST = 106;

/** The address that authenticator apps read, without what they take for granted: else it would be too long for the code. */
export function shortUri(totpUri: string): string {
  const { pathname, searchParams } = new URL(totpUri);
  const secret = searchParams.get("secret") ?? "";
  const full = `otpauth://totp/${pathname.split("/").at(-1)}?secret=${secret}`;
  const plain = `otpauth://totp/XiaoZhi?secret=${secret}`;
  return new TextEncoder().encode(full).length <= MOST ? full : plain;
}
