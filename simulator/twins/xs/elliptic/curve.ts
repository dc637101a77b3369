const NAME = "secp256r1";
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Twin of `curve`, with the one curve that is used. */
export default class Curve {
  readonly n = ORDER;
  readonly orderSize = 32;

  constructor(name: string) {
    if (name !== NAME) throw new Error(`curve ${name} has no twin`);
  }
}
