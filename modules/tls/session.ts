import TLSError from "ssl/error";
import SdkSession from "ssl/sdk-session";

/**
 * A TLS session, in place of the SDK's own `ssl/session`. That one takes a handshake that ended early, by an older
 * version or a polite goodbye, for one that succeeded: what the device sends next would go out in clear.
 */
export default class Session extends SdkSession {
  /** @throws TLSError when the handshake has ended without a key for each direction */
  override handshake(socket: object): boolean {
    const isOver = super.handshake(socket);
    if (isOver && !(this.clientCipher && this.serverCipher)) throw new TLSError("the handshake was broken off");
    return isOver;
  }
}
