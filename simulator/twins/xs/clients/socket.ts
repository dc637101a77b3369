/** What the HTTP and WebSocket clients need of the socket class that they are given: TCP, TLS, or a wrapper of one. */
export interface Socket {
  format: "buffer" | "number";
  read(amount?: number | ArrayBuffer | Uint8Array): ArrayBuffer | number | undefined;
  write(data: ArrayBuffer | Uint8Array): number | undefined;
  close(): void;
}

export interface SocketOptions {
  address: string;
  host: string;
  port: number;
  onReadable: (byteLength: number) => void;
  onWritable: (byteLength: number) => void;
  onError: (error?: unknown) => void;
}

export interface Resolver {
  resolve(options: {
    host: string;
    onResolved: (host: string, address: string) => void;
    onError: (error?: unknown) => void;
  }): void;
}

/** How a client is told what to connect with: `io` is the class, the rest are its options. */
export interface Connector {
  dns: { io: new (options: object) => Resolver };
  socket: { io: new (options: SocketOptions) => Socket };
}

/** Longer lines of an answer's head are refused: they would only fill the heap. */
const LINE_LIMIT = 8192;

/** Collects the lines of an answer's head from a socket, byte by byte. */
export class LineReader {
  #line = "";
  /** Bytes of the socket that were not looked at. */
  unread = 0;

  /** The next line without its end; undefined when it is not complete; null when it is too long. */
  take(socket: Socket): string | undefined | null {
    socket.format = "number";
    try {
      while (this.unread > 0) {
        this.unread--;
        const code = socket.read() as number;
        if (code === 10) return this.#finish();
        if (this.#line.length >= LINE_LIMIT) return null;
        this.#line += String.fromCharCode(code);
      }
      return undefined;
    } finally {
      socket.format = "buffer";
    }
  }

  #finish(): string {
    const line = this.#line;
    this.#line = "";
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }
}
