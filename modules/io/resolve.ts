import Net from "net";

/** Looks up the IPv4 address of a name; `onResult` gets undefined when there is none. Called later, never at once. */
export function resolveName(name: string, onResult: (address: string | undefined) => void): void {
  Net.resolve(name, (_name, address) => onResult(address));
}
