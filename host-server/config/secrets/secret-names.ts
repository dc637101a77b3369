/** Names of settings whose values nobody is shown; of headers, too. */
const SECRET =
  /(^|[_-])(key|apikey|keys|token|tokens|secret|secrets|password|passwd|passphrase|credential|credentials|authorization|cookie)$/i;
/** Names that only sound like it. */
const HARMLESS = /^(max_tokens|tls_key|device_keys|public_key|(host|ssh)_key_file|accepts_reference_tokens)$/i;

/** Whether nobody is shown the value of a setting of this name. */
export function isSecretKey(name: string): boolean {
  return SECRET.test(name) && !HARMLESS.test(name);
}
