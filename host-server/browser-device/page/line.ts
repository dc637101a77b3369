/** A button of a board, and what it is for. */
export interface BoardButton {
  readonly pin: number;
  readonly use: "talk" | "louder" | "quieter";
}

/** What the device tells; see `messages.ts` of the server. */
export type DeviceMessage =
  | { readonly type: "ready"; readonly board: string; readonly mac: string }
  | { readonly type: "state"; readonly state: string }
  | { readonly type: "light"; readonly colors: readonly (readonly [number, number, number])[] }
  | { readonly type: "screen"; readonly width: number; readonly height: number; readonly isRound: boolean }
  | { readonly type: "buttons"; readonly others: readonly BoardButton[]; readonly hasGlass: boolean }
  | { readonly type: "talk"; readonly who: "heard" | "tool" | "said"; readonly text: string }
  | { readonly type: "log"; readonly level: string; readonly text: string }
  | { readonly type: "phrase"; readonly phrase?: string; readonly error?: string }
  | { readonly type: "failed"; readonly code: string; readonly message: string };

/** Lines of a picture: red, green and blue of each pixel. */
export interface Lines {
  readonly first: number;
  readonly count: number;
  readonly width: number;
  readonly rgb: Uint8Array;
}

export interface LineEvents {
  readonly onMessage: (message: DeviceMessage) => void;
  readonly onSound: (samples: Int16Array, rate: number) => void;
  readonly onLines: (lines: Lines) => void;
  readonly onClose: () => void;
}

const SOUND = 1;

/** The connection with the device. */
export class Line {
  readonly #socket: WebSocket;

  constructor(opening: object, { onMessage, onSound, onLines, onClose }: LineEvents) {
    const url = new URL("socket", location.href.split("#")[0]);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.say(opening);
    socket.onclose = onClose;
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === "string") return onMessage(JSON.parse(data) as DeviceMessage);
      const head = new DataView(data);
      const word = (at: number) => head.getUint16(at, true);
      if (head.getUint8(0) === SOUND) return onSound(new Int16Array(data, 4), word(2) * 100);
      onLines({ first: word(2), count: word(4), width: word(6), rgb: new Uint8Array(data, 8) });
    };
    this.#socket = socket;
  }

  say(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** 16-bit samples at 16 kHz. */
  hear(frame: ArrayBuffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  close(): void {
    this.#socket.close();
  }
}
