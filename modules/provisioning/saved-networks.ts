import type { SettingsStore } from "../io/settings-store.ts";

export interface SavedNetwork {
  readonly ssid: string;
  /** "" for an open network. */
  readonly password: string;
}

const NAMESPACE = "wifi";
const MAX_NETWORKS = 10;

/** The networks that the user has given the device, the one to prefer first. Keys are those of every XiaoZhi device. */
export class SavedNetworks {
  readonly #store: SettingsStore;

  constructor(store: SettingsStore) {
    this.#store = store;
  }

  get list(): readonly SavedNetwork[] {
    const networks: SavedNetwork[] = [];
    for (let index = 0; index < MAX_NETWORKS; index++) {
      const ssid = this.#store.string(NAMESPACE, key("ssid", index));
      if (ssid) networks.push({ ssid, password: this.#store.string(NAMESPACE, key("password", index)) ?? "" });
    }
    return networks;
  }

  /** Puts a network first, in place of one of the same name; with ten others, the last one is forgotten. */
  add(network: SavedNetwork): void {
    this.#write([network, ...this.list.filter(({ ssid }) => ssid !== network.ssid)].slice(0, MAX_NETWORKS));
  }

  /** Makes one of the list the first; without effect when there is none at that place. */
  prefer(index: number): void {
    const chosen = this.list[index];
    if (chosen) this.add(chosen);
  }

  remove(index: number): void {
    this.#write(this.list.filter((_, place) => place !== index));
  }

  #write(networks: readonly SavedNetwork[]): void {
    for (let index = 0; index < MAX_NETWORKS; index++) {
      const { ssid, password } = networks[index] ?? { ssid: "", password: "" };
      this.#set(key("ssid", index), ssid);
      this.#set(key("password", index), password);
    }
  }

  #set(name: string, value: string): void {
    if ((this.#store.string(NAMESPACE, name) ?? "") !== value) this.#store.setString(NAMESPACE, name, value);
  }
}

function key(name: "ssid" | "password", index: number): string {
  return index === 0 ? name : `${name}${index}`;
}
