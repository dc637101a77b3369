/**
 * The Moddable SDK modules that `modules/io` and the boards import, as far as they are used, and as they really
 * behave where the SDK's own declarations differ.
 */

declare module "mc/config" {
  const config: { readonly [key: string]: unknown };
  export default config;
}

declare module "timer" {
  export default class Timer {
    static set(callback: (timer: Timer) => void, ms?: number, repeatMs?: number): Timer;
    static clear(timer: Timer | undefined): void;
    /** Blocks. */
    static delay(ms: number): void;
  }
}

declare module "time" {
  const Time: {
    /** Sets the clock: whole seconds since the Unix epoch. */
    set(seconds: number): void;
    /** ms since start; never set back. */
    readonly ticks: number;
  };
  export default Time;
}

declare module "rng" {
  const RNG: {
    /** `byteLength` random bytes. */
    get(byteLength: number): ArrayBuffer;
  };
  export default RNG;
}

declare module "net" {
  const Net: {
    /** undefined where the platform does not know. */
    get(what: "IP" | "MAC" | "SSID"): string | undefined;
    get(what: "RSSI" | "CHANNEL"): number | undefined;
    resolve(name: string, callback: (name: string | undefined, address?: string) => void): void;
  };
  export default Net;
}

declare module "embedded:io/socket/tcp" {
  export interface TCPOptions {
    address?: string;
    host?: string;
    port: number;
    onReadable?: (this: TCP, byteLength: number) => void;
    onWritable?: (this: TCP, byteLength: number) => void;
    onError?: (this: TCP, error?: unknown) => void;
  }
  export default class TCP {
    /** `from` is a connection that a listener gave; it is taken over. */
    constructor(options: TCPOptions | (Omit<TCPOptions, "port"> & { from: TCP }));
    /** All that has come; undefined when nothing has. */
    read(): ArrayBuffer | undefined;
    /** Gives the room left; throws when there was not enough. */
    write(data: ArrayBuffer | Uint8Array): number | undefined;
    close(): void;
  }
}

declare module "embedded:io/socket/listener" {
  import type TCP from "embedded:io/socket/tcp";

  export default class Listener {
    constructor(options: { port: number; onReadable?: (this: Listener, count: number) => void });
    /** The next connection that waits. */
    read(): TCP | undefined;
    close(): void;
  }
}

/** The firmware's own native part: `modules/io/esp32`, `modules/io/linux`, or a twin. */
declare module "device-platform" {
  const platform: {
    isOnTrial(): boolean;
    confirm(): void;
    /** Bytes of the whole device; undefined where that is not known. */
    freeHeap(): number | undefined;
    /** 0 none, 1 least, 2 most. */
    setRadioSleep(level: number): void;
    setTransmitPower(quarters: number): void;
  };
  export default platform;
}

declare module "wifi" {
  export interface FoundNetwork {
    readonly ssid: string;
    readonly rssi: number;
    readonly authentication: string;
    readonly channel: number;
    readonly bssid: ArrayBuffer;
  }
  export default class WiFi {
    static readonly Mode: { readonly off: -5; readonly none: 0; readonly station: 1; readonly accessPoint: 2 };
    static readonly gotIP: string;
    static readonly disconnected: string;
    static mode: number;
    /** Calls back for each network, and with null at the end. Throws while one is under way. */
    static scan(options: { hidden?: boolean }, callback: (found: FoundNetwork | null) => void): void;
    static connect(credentials: { ssid: string; password?: string; bssid?: ArrayBuffer; channel?: number }): void;
    static disconnect(): void;
    static accessPoint(options: { ssid: string; station?: boolean; max?: number }): void;
    /** `reason` comes with "disconnect": -1 when the password was refused. */
    constructor(credentials: undefined, onNotify: (message: string, reason?: number) => void);
    close(): void;
  }
}

declare module "embedded:io/socket/tcp/tls" {
  export interface TLSOptions {
    address?: string;
    host?: string;
    port: number;
    secure?: {
      /** Name or IPv4 address that the peer's certificate must be for. */
      serverName?: string;
      /** DER of an authority beside those of the firmware. */
      certificate?: ArrayBuffer;
    };
    onReadable?: (byteLength: number) => void;
    onWritable?: (byteLength: number) => void;
    onError?: () => void;
  }
  export default class TLSSocket {
    /** `TCP.io` is the class of the connection below. */
    constructor(options: TLSOptions & { TCP: { io: new (options: never) => object } });
    read(amount?: number | ArrayBuffer | Uint8Array): ArrayBuffer | number | undefined;
    /** Gives the room left; NaN when the connection has just failed. */
    write(data: ArrayBuffer | Uint8Array, options?: object): number;
    close(): void;
  }
}

declare module "Resource" {
  /** A file of the manifest's `data`, as read-only bytes. */
  export default class Resource extends ArrayBuffer {
    static exists(path: string): boolean;
    /** Throws when there is no such file. */
    constructor(path: string);
  }
}

declare module "embedded:network/http/client" {
  export interface HTTPRequest {
    read(byteLength?: number): ArrayBuffer | undefined;
    write(data: ArrayBuffer | Uint8Array): number;
  }
  export interface HTTPRequestOptions {
    method?: string;
    path?: string;
    headers?: Iterable<readonly [string, string]>;
    onHeaders?: (this: HTTPRequest, status: number, headers: Map<string, string>) => void;
    onReadable?: (this: HTTPRequest, byteLength: number) => void;
    onWritable?: (this: HTTPRequest, byteLength: number) => void;
    onDone?: (this: HTTPRequest, error?: unknown) => void;
  }
  export default class HTTPClient {
    constructor(options: {
      host: string;
      port?: number;
      dns: { io: new (options: object) => object };
      socket: { io: new (options: never) => object };
      onError?: (error?: unknown) => void;
    });
    request(options: HTTPRequestOptions): HTTPRequest;
    close(): void;
  }
}

declare module "embedded:network/websocket/client" {
  export default class WebSocketClient {
    static readonly close: number;
    constructor(options: {
      host: string;
      port?: number;
      path?: string;
      headers?: Iterable<readonly [string, string]>;
      dns: { io: new (options: object) => object };
      socket: { io: new (options: never) => object };
      onReadable?: (this: WebSocketClient, byteLength: number, options: { more: boolean; binary: boolean }) => void;
      onWritable?: (this: WebSocketClient, byteLength: number) => void;
      onControl?: (this: WebSocketClient, opcode: number, data: ArrayBuffer) => void;
      onClose?: (this: WebSocketClient) => void;
      onError?: (this: WebSocketClient, error?: unknown) => void;
    });
    read(byteLength?: number): ArrayBuffer | undefined;
    /** Gives the room left; throws when there was not enough. */
    write(data: ArrayBuffer | Uint8Array, options?: { binary?: boolean; more?: boolean; opcode?: number }): number;
    close(): void;
  }
}

declare module "embedded:network/mqtt/client" {
  /** Typed where it is used: the SDK's own declaration, which replaces this one, does not fit. */
  export default class MQTTClient {}
}

declare module "commodetto/Bitmap" {
  /** Pixels that lie in a buffer. A `Gray16` bitmap (0 covers, 15 lets through) must have an even width. */
  export default class Bitmap {
    static readonly Monochrome: number;
    static readonly Gray16: number;
    static readonly Gray256: number;
    static readonly RGB565LE: number;
    /** Bits of one pixel. */
    static depth(format: number): number;
    constructor(width: number, height: number, format: number, buffer: ArrayBuffer | Uint8Array, offset: number);
    readonly width: number;
    readonly height: number;
    readonly pixelFormat: number;
  }
}

declare module "commodetto/Poco" {
  import type Bitmap from "commodetto/Bitmap";

  /** Where finished pixels go: a screen, or a buffer. */
  export interface PixelsOut {
    readonly width: number;
    readonly height: number;
    readonly pixelFormat: number;
    /** Pixels for this rectangle follow, line by line. */
    begin(area: PixelArea): void;
    send(pixels: ArrayBuffer, offset?: number, count?: number): void;
    /** The picture is complete. */
    end(): void;
  }

  export interface PixelArea {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    /** It belongs to the same picture as the area before. */
    readonly continue?: boolean;
  }

  /**
   * Draws into an area between `begin` and `end`. The area must be painted over whole: what is not painted has no
   * defined colour.
   */
  export default class Poco {
    /** @param options.displayListLength bytes for what is drawn in one area; 1024 by default */
    constructor(pixelsOut: PixelsOut, options?: { pixels?: number; displayListLength?: number; rotation?: number });
    readonly pixelsOut: PixelsOut;
    readonly width: number;
    readonly height: number;
    makeColor(red: number, green: number, blue: number): number;
    begin(x?: number, y?: number, width?: number, height?: number): void;
    /** Throws "display list overflow", "clip/origin stack not cleared", "inactive". */
    end(): void;
    close(): void;
    /** Ends this area and begins the next one of the same picture. */
    continue(x: number, y: number, width: number, height: number): void;
    clip(x: number, y: number, width: number, height: number): true | undefined;
    clip(): void;
    origin(x: number, y: number): void;
    origin(): void;
    fillRectangle(color: number, x: number, y: number, width: number, height: number): void;
    /** @param blend 0 to 255 */
    blendRectangle(color: number, blend: number, x: number, y: number, width: number, height: number): void;
    drawPixel(color: number, x: number, y: number): void;
    drawBitmap(bits: Bitmap, x: number, y: number, sx?: number, sy?: number, sw?: number, sh?: number): void;
    drawMonochrome(
      bits: Bitmap,
      fore: number | undefined,
      back: number | undefined,
      x: number,
      y: number,
      sx?: number,
      sy?: number,
      sw?: number,
      sh?: number,
    ): void;
    drawGray(
      bits: Bitmap,
      color: number,
      x: number,
      y: number,
      sx?: number,
      sy?: number,
      sw?: number,
      sh?: number,
      blend?: number,
    ): void;
    close(): void;
  }
}

declare module "commodetto/ReadJPEG" {
  import type Bitmap from "commodetto/Bitmap";

  /** Decodes baseline JPEG files into the format of the screen, block by block. There is one decoder for all. */
  export default class JPEG {
    /** Throws for what it cannot read. */
    constructor(file: ArrayBuffer | Uint8Array);
    /** The next block, in memory that the one after it uses again; undefined after the last one. */
    read(): (Bitmap & { readonly x: number; readonly y: number; readonly buffer: ArrayBuffer }) | undefined;
  }
}

declare module "inflate" {
  /** Unpacks what zlib packed. */
  export default class Inflate {
    onData: (piece: ArrayBuffer) => void;
    onEnd: (error: number) => void;
    /** Calls `onData`, and `onEnd` at the end; throws for what is no such data, and after the end. */
    push(bytes: ArrayBuffer | Uint8Array): void;
    close(): void;
  }
}

declare module "virtual/screen" {
  import type { PixelsOut } from "commodetto/Poco";

  /** The screen of the simulator's boards. `pixelFormat` is that of `commodetto/Bitmap`; 16 bits by default. */
  export interface Shape {
    width: number;
    height: number;
    pixelFormat?: number;
    isRound?: boolean;
  }
  const VirtualScreen: new (
    shape?: Shape,
  ) => PixelsOut & {
    readonly isRound: boolean;
    /** For twins of panels: what was wide is high from now on. */
    turn(): void;
  };
  export default VirtualScreen;
}

declare module "co5300" {
  import type { PixelsOut } from "commodetto/Poco";

  /** Size and pins come from the manifest's `defines`. */
  const CO5300: new (options: object) => PixelsOut & { rotation: number; brightness: number };
  export default CO5300;
}

declare module "gc9a01" {
  import type { PixelsOut } from "commodetto/Poco";

  /** Size and pins come from the manifest's `defines`. */
  const GC9A01: new (options: object) => PixelsOut & { rotation: number };
  export default GC9A01;
}

declare module "ili9341" {
  import type { PixelsOut } from "commodetto/Poco";

  /** Size and pins come from the manifest's `defines`. */
  const ILI9341: new (options: object) => PixelsOut & { rotation: number };
  export default ILI9341;
}

/** The firmware's own: `modules/hardware/panels/qspi`, or a twin. */
declare module "qspi-panel" {
  import type { PixelsOut } from "commodetto/Poco";

  /** Size and pins come from the manifest's `defines`. */
  export default class QspiPanel implements PixelsOut {
    constructor(glass?: { readonly isRound?: boolean });
    readonly width: number;
    readonly height: number;
    readonly pixelFormat: number;
    command(register: number, data?: Uint8Array): void;
    begin(area: { x: number; y: number; width: number; height: number }): void;
    send(pixels: ArrayBuffer, offset?: number, count?: number): void;
    end(): void;
  }
}

declare module "ssd1306" {
  import type { PixelsOut } from "commodetto/Poco";

  /** Size and pins come from the manifest's `defines`. */
  const SSD1306: new (options: object) => PixelsOut;
  export default SSD1306;
}

declare module "st7789" {
  import type { PixelsOut } from "commodetto/Poco";

  /** Size and pins come from the manifest's `defines`. */
  const ST7789: new (options: object) => PixelsOut & { rotation: number };
  export default ST7789;
}

declare module "virtual/wake-word" {
  import type { WakeWordPart } from "modules/hardware/wake-word";
  /** In the simulator only. */
  export default class VirtualWakeWord {
    constructor(traits?: Omit<WakeWordPart, "create">);
    readonly create: WakeWordPart["create"];
  }
}

declare module "embedded:io/socket/udp" {
  export default class UDP {
    constructor(options: { port?: number; onReadable?: (this: UDP, count: number) => void });
    read(): (ArrayBuffer & { readonly address: string; readonly port: number }) | undefined;
    /** Throws when the datagram cannot leave. */
    write(data: Uint8Array, address: string, port: number): void;
    close(): void;
  }
}

declare module "crypt" {
  export class Digest {
    constructor(type: "SHA256" | "SHA384" | "SHA512");
    write(data: ArrayBuffer): void;
    close(): ArrayBuffer;
  }
  export class BlockCipher {
    constructor(cipher: "AES", key: ArrayBuffer);
  }
  export class Mode {
    constructor(mode: "CTR", cipher: BlockCipher, iv?: ArrayBuffer);
    setIV(iv: ArrayBuffer): void;
    encrypt(data: Uint8Array): ArrayBuffer;
  }
}

declare module "embedded:storage/key-value" {
  export interface Storage extends Iterable<string> {
    /** undefined when the key is absent. */
    read(key: string): string | number | undefined;
    write(key: string, value: string | number): void;
    delete(key: string): void;
    close(): void;
  }
  const KeyValue: {
    open(options: { path: string; mode?: "r" | "r+"; format?: "string" | "int32" }): Storage;
  };
  export default KeyValue;
}

declare module "embedded:storage/flash" {
  export interface Partition {
    status(): { readonly size: number; readonly blockLength: number; readonly blocks: number };
    close(): void;
  }
  const flash: { open(options: { readonly path: string; readonly mode?: "r" | "r+" }): Partition };
  export default flash;
}

declare module "embedded:update" {
  import type { Partition } from "embedded:storage/flash";
  export interface Update {
    write(piece: ArrayBuffer | Uint8Array): void;
    complete(): void;
    close(): void;
  }
  const update: { open(options: { readonly partition: Partition }): Update };
  export default update;
}

declare module "embedded:io/audio/in" {
  export default class AudioIn {
    constructor(options: {
      sampleRate?: number;
      channels?: 1 | 2;
      bitsPerSample?: 8 | 16;
      onReadable?: (this: AudioIn, byteLength: number) => void;
    });
    read(buffer: Uint8Array): number;
    start(): void;
    stop(): void;
    close(): void;
  }
}

declare module "embedded:io/audio/out" {
  export default class AudioOut {
    constructor(options: {
      sampleRate?: number;
      channels?: 1 | 2;
      bitsPerSample?: 8 | 16;
      onWritable?: (this: AudioOut, byteLength: number) => void;
    });
    write(buffer: Uint8Array): void;
    start(): void;
    stop(): void;
    close(): void;
    /** 0 to 1, a factor on every sample. */
    volume: number;
  }
}

declare module "embedded:io/digital" {
  export default class Digital {
    static readonly Input: number;
    static readonly InputPullUp: number;
    static readonly InputPullDown: number;
    static readonly Output: number;
    static readonly Rising: number;
    static readonly Falling: number;
    constructor(options: {
      pin: number;
      mode: number;
      edge?: number;
      /** 1 is the low level. */
      activeLow?: boolean;
      initialValue?: 0 | 1;
      /** 1 is the low level. */
      activeLow?: boolean;
      onReadable?: (this: Digital) => void;
    });
    read(): 0 | 1;
    write(value: 0 | 1): void;
    close(): void;
  }
}

declare module "embedded:io/i2c" {
  /** The synchronous class: a transfer that fails throws. */
  export default class I2C {
    constructor(options: { data: number; clock: number; hz: number; address: number });
    write(bytes: Uint8Array): void;
    /** Fills `target`. */
    read(target: Uint8Array): number;
    /** One transfer: writes, and then reads what `target` holds. */
    writeRead(bytes: Uint8Array, target: Uint8Array): number;
    close(): void;
  }
}

declare module "embedded:io/analog" {
  export default class Analog {
    constructor(options: { pin: number });
    /** Bits of what `read` gives. */
    readonly resolution: number;
    read(): number;
    close(): void;
  }
}

declare module "embedded:io/serial" {
  export default class Serial {
    constructor(options: {
      transmit: number;
      receive: number;
      port: number;
      baud: number;
      onReadable?: (byteLength: number) => void;
      /** Bytes of room. Comes when there was none, or after the last of them have left. */
      onWritable?: (byteLength: number) => void;
    });
    /** All that has come; undefined when nothing has. */
    read(): ArrayBuffer | undefined;
    /** Throws when there is not enough room. */
    write(bytes: ArrayBuffer | Uint8Array): void;
    close(): void;
  }
}

declare module "embedded:io/pwm" {
  export default class PWM {
    /** @param options.resolution 8 to 14 bits; 10 by default */
    constructor(options: { pin: number; hz?: number; resolution?: number });
    /** Bits: the duty goes from 0 to 2^resolution - 1. */
    readonly resolution: number;
    write(duty: number): void;
    close(): void;
  }
}

/** Of the firmware: `modules/hardware/esp-sr/esp32`, and a twin in the simulator. */
declare module "wake-net" {
  export default class WakeNet {
    constructor(model: string);
    onHeard: (() => void) | undefined;
    start(): void;
    stop(): void;
  }
}

/** Of the firmware: `modules/parts/camera/esp32`, and a twin in the simulator. */
declare module "camera-chip" {
  export default class CameraChip {
    constructor(wiring: Uint8Array, clockHz: number, width: number);
    take(qualityPercent: number, maxBytes: number): ArrayBuffer;
  }
}

/** Of the firmware: `modules/parts/infrared/esp32`, and a twin in the simulator. */
declare module "infrared-led" {
  export default class InfraredLed {
    constructor(pin: number);
    send(durations: Uint8Array, carrierHz: number): void;
  }
}

declare module "neopixel" {
  export default class NeoPixel {
    constructor(options: { pin: number; length: number; order?: string });
    readonly length: number;
    /** 0 to 255; of what `update` shows next. */
    brightness: number;
    makeRGB(red: number, green: number, blue: number): number;
    setPixel(index: number, color: number): void;
    fill(color: number): void;
    update(): void;
    close(): void;
  }
}

declare module "file" {
  export class File {
    /** Opens a file; with `isWritable` one that is absent is made. Throws "file not found". */
    constructor(path: string, isWritable?: boolean);
    readonly length: number;
    position: number;
    /** All from the position to the end. */
    read(type: StringConstructor): string;
    read(type: ArrayBufferConstructor): ArrayBuffer;
    write(...items: (string | ArrayBuffer)[]): void;
    close(): void;
    static exists(path: string): boolean;
    static delete(path: string): boolean;
    /** `name` is a name in the same folder, or a whole path. */
    static rename(path: string, name: string): boolean;
  }
}

declare module "ber" {
  /** Reads DER values one after the other. */
  export default class BER {
    constructor(bytes: Uint8Array | ArrayBuffer);
    getSequence(): Uint8Array;
    getInteger(): bigint;
  }
}

declare module "x509" {
  /** RSA keys have modulus and exponent, elliptic ones curve and point; others nothing. */
  export interface PublicKey {
    readonly modulus?: bigint;
    readonly exponent?: bigint;
    /** `n`: the order of the curve. */
    readonly curve?: { readonly n: bigint };
    readonly pub?: object;
  }
  export interface SignedBytes {
    readonly tbs: Uint8Array;
    /** Numbers of an object identifier. */
    readonly algo: Uint32Array;
    readonly sig: Uint8Array;
  }
  const X509: {
    decode(der: Uint8Array): SignedBytes & { readonly spki: PublicKey };
    decodeTBS(tbs: Uint8Array): { readonly validity: { readonly from: number; readonly to: number } };
    /** Key identifier of the issuer; undefined when there is none. */
    decodeAKI(der: Uint8Array): Uint8Array | undefined;
    decodeSAN(der: Uint8Array): { readonly tag: number; readonly value: string | ArrayBuffer }[] | undefined;
    decodeExtension(der: Uint8Array, id: readonly number[]): ArrayBuffer | undefined;
  };
  export default X509;
}

declare module "ecdsa" {
  export default class ECDSA {
    constructor(point: object, curve: object, isPrivate: false);
    /** `isDer`: in ASN.1; otherwise the two numbers, each as long as the curve's order. */
    verify(digest: ArrayBuffer, signature: Uint8Array, isDer: boolean): boolean;
  }
}

declare module "curve" {
  export default class Curve {
    /** Without effect for a curve that it does not know. */
    constructor(name: "secp256r1");
    /** The order. */
    readonly n: bigint;
  }
}

declare module "ecp" {
  export default class ECPoint {
    constructor(x: bigint, y: bigint);
  }
}

declare module "pkcs1_5" {
  export default class PKCS1_5 {
    constructor(key: object, isPrivate: false, hashId: readonly number[]);
    readonly modulusSize: number;
    readonly rsa: { process(signature: bigint): bigint };
    emsaEncode(digest: ArrayBuffer, byteLength: number): bigint;
  }
}

declare module "bin" {
  const Bin: {
    /** 0 when both hold the same bytes. */
    comp(left: ArrayBuffer, right: ArrayBuffer): number;
  };
  export default Bin;
}

declare module "ssl/constants" {
  export const RSA: number;
}

declare module "ssl/error" {
  export default class TLSError extends Error {}
}

declare module "ssl/stream" {
  export default class SSLStream {
    constructor(bytes: Uint8Array);
    readonly bytesAvailable: number;
    readChars(count: number): number;
    /** With `byReference`, without a copy. */
    readChunk(count: number, byReference: true): Uint8Array;
  }
}

declare module "ssl/sdk-handshake" {
  import type SSLStream from "ssl/stream";
  import type { PublicKey } from "x509";
  /** What the handshake knows, as far as it is looked at. */
  export interface Session {
    readonly chosenCipher: { readonly keyExchangeAlgorithm: number };
    readonly certificateManager: { getKey(): PublicKey };
    readonly clientSessionID?: ArrayBuffer;
    readonly serverSessionID?: ArrayBuffer;
    readonly serverCipher: object | null;
    /** Ours: the type of the message that came last. */
    lastMessage?: number;
  }
  export interface Handler {
    unpacketize(session: Session, s: SSLStream): void;
  }
  const handshake: {
    unpacketize(this: object, session: Session, s: SSLStream): void;
    readonly helloRequest: object;
    readonly clientHello: object;
    readonly serverHello: Handler;
    readonly certificate: Handler;
    readonly serverKeyExchange: Handler;
    readonly certificateRequest: Handler;
    readonly serverHelloDone: Handler;
    readonly clientKeyExchange: object;
    readonly certificateVerify: object;
    readonly finished: Handler;
  };
  export default handshake;
}

declare module "ssl/sdk-session" {
  export default class SdkSession {
    readonly clientCipher: object | null;
    readonly serverCipher: object | null;
    /** Whether the handshake is over. */
    handshake(socket: object): boolean;
  }
}
