/** Twin of `ecp`: a point of an elliptic curve. */
export default class ECPoint {
  readonly X: bigint;
  readonly Y: bigint;

  constructor(x: bigint, y: bigint) {
    this.X = x;
    this.Y = y;
  }
}
