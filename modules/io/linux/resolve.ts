function lookUp(name: string, onResult: (address?: string) => void): void {
  native("xs_ipv4_lookup").call(undefined, name, onResult);
}

/**
 * Looks up the IPv4 address of a name; `onResult` gets undefined when there is none. The SDK's own call looks at the
 * first address only, which is often one of IPv6.
 */
export function resolveName(name: string, onResult: (address: string | undefined) => void): void {
  lookUp(name, onResult);
}
