import { isInRange } from "modules/tls/signature";
import { frozen } from "protocol/frozen";
import { RSA } from "ssl/constants";
import TLSError from "ssl/error";
import sdk, { type Session } from "ssl/sdk-handshake";
import SSLStream from "ssl/stream";

/** Types of handshake messages (RFC 5246 §7.4). */
const SERVER_HELLO = 2;
const CERTIFICATE = 11;
const KEY_EXCHANGE = 12;
const CERTIFICATE_REQUEST = 13;
const HELLO_DONE = 14;
const FINISHED = 20;

const SHA256 = 4;
const RSA_SIGNATURE = 1;
const ECDSA_SIGNATURE = 3;
const NAMED_CURVE = 3;

/** Whether the server goes on with the session that the device has kept. */
function isResumed({ clientSessionID: asked, serverSessionID: given }: Session): boolean {
  if (!asked || !given || asked.byteLength !== given.byteLength) return false;
  const [left, right] = [new Uint8Array(asked), new Uint8Array(given)];
  return left.every((byte, at) => byte === right[at]);
}

/** Whether a message may come now, by the one that came last. */
function mayFollow(session: Session, type: number): boolean {
  switch (session.lastMessage) {
    case undefined:
      return type === SERVER_HELLO;
    case SERVER_HELLO:
      return type === (isResumed(session) ? FINISHED : CERTIFICATE);
    case CERTIFICATE:
      if (session.chosenCipher.keyExchangeAlgorithm !== RSA) return type === KEY_EXCHANGE;
      return type === CERTIFICATE_REQUEST || type === HELLO_DONE;
    case KEY_EXCHANGE:
      return type === CERTIFICATE_REQUEST || type === HELLO_DONE;
    case CERTIFICATE_REQUEST:
      return type === HELLO_DONE;
    case HELLO_DONE:
      return type === FINISHED;
    default:
      return false;
  }
}

/**
 * Refuses messages out of order, and a last one that came in clear.
 *
 * @throws TLSError
 */
function accept(session: Session, type: number): void {
  if (!mayFollow(session, type) || (type === FINISHED && !session.serverCipher)) {
    throw new TLSError(`handshake: message ${type} out of order`);
  }
  session.lastMessage = type;
}

/**
 * Refuses parameters that the server has not signed in one of the two ways that were offered: the SDK skips a signature
 * whose algorithm it does not know.
 *
 * @throws TLSError
 */
function checkSignature(session: Session, message: Uint8Array): void {
  const s = new SSLStream(message);
  if (message[0] === NAMED_CURVE) {
    s.readChars(3);
    s.readChunk(s.readChars(1), true);
  } else for (let count = 0; count < 3; count++) s.readChunk(s.readChars(2), true);
  const [hash, algorithm] = [s.readChars(1), s.readChars(1)];
  const key = session.certificateManager.getKey();
  const isOfKey = key.curve ? algorithm === ECDSA_SIGNATURE : algorithm === RSA_SIGNATURE;
  const signature = s.readChunk(s.readChars(2), true);
  if (hash === SHA256 && isOfKey && (!key.curve || isInRange(signature, key.curve.n))) return;
  throw new TLSError("handshake: the server's key exchange is not signed");
}

/** What a server may send, in the form that the SDK dispatches to. */
const fromServer = frozen({
  name: "handshakeProtocol",
  serverHello: {
    unpacketize(session: Session, s: SSLStream): void {
      accept(session, SERVER_HELLO);
      sdk.serverHello.unpacketize(session, s);
    },
  },
  certificate: {
    unpacketize(session: Session, s: SSLStream): void {
      accept(session, CERTIFICATE);
      sdk.certificate.unpacketize(session, s);
    },
  },
  certificateRequest: {
    unpacketize(session: Session, s: SSLStream): void {
      accept(session, CERTIFICATE_REQUEST);
      sdk.certificateRequest.unpacketize(session, s);
    },
  },
  serverHelloDone: {
    unpacketize(session: Session, s: SSLStream): void {
      accept(session, HELLO_DONE);
      sdk.serverHelloDone.unpacketize(session, s);
    },
  },
  finished: {
    unpacketize(session: Session, s: SSLStream): void {
      accept(session, FINISHED);
      sdk.finished.unpacketize(session, s);
    },
  },
  serverKeyExchange: {
    unpacketize(session: Session, s: SSLStream): void {
      accept(session, KEY_EXCHANGE);
      const message = s.readChunk(s.bytesAvailable, true);
      checkSignature(session, message);
      sdk.serverKeyExchange.unpacketize(session, new SSLStream(message));
    },
  },
});

/**
 * The handshake of TLS 1.2 as a client, in place of the SDK's own `ssl/handshake`: that one takes messages in any order
 * and parameters without a signature. Members are looked up late: the SDK's modules import each other in a circle.
 */
export default frozen({
  unpacketize(session: Session, s: SSLStream): void {
    sdk.unpacketize.call(fromServer, session, s);
  },
  get helloRequest() {
    return sdk.helloRequest;
  },
  get clientHello() {
    return sdk.clientHello;
  },
  get serverHello() {
    return sdk.serverHello;
  },
  get certificate() {
    return sdk.certificate;
  },
  get serverKeyExchange() {
    return sdk.serverKeyExchange;
  },
  get certificateRequest() {
    return sdk.certificateRequest;
  },
  get serverHelloDone() {
    return sdk.serverHelloDone;
  },
  get clientKeyExchange() {
    return sdk.clientKeyExchange;
  },
  get certificateVerify() {
    return sdk.certificateVerify;
  },
  get finished() {
    return sdk.finished;
  },
});
