/** A part that is written into a board: a lamp at pin 18. */
export interface PartPlan {
  /** What it is called in `modules/parts`, and from which file. */
  readonly make: string;
  readonly module: string;
  /** `relay(4, { name: "pump", what: "the pump" })` */
  readonly text: string;
}

export interface PartWish {
  readonly kind: string;
  readonly name: string;
  readonly pin: number;
  /** For the model, with its article. */
  readonly what: string;
  /** It is never on for longer. */
  readonly seconds?: number | undefined;
}

type Write = (wish: PartWish) => string;

function called({ name, what }: PartWish): string {
  return `name: "${name}", what: ${JSON.stringify(what)}`;
}

function limit({ seconds }: PartWish): string {
  return seconds === undefined ? "" : `, mostSeconds: ${seconds}`;
}

const KINDS: { readonly [kind: string]: { readonly make: string; readonly module: string; readonly write: Write } } = {
  lamp: { make: "lamp", module: "switch", write: (wish) => `lamp(${wish.pin}, { ${called(wish)}${limit(wish)} })` },
  relay: { make: "relay", module: "switch", write: (wish) => `relay(${wish.pin}, { ${called(wish)}${limit(wish)} })` },
  dimmer: { make: "dimmer", module: "dimmer", write: (wish) => `dimmer(${wish.pin}, { ${called(wish)} })` },
  fan: {
    make: "dimmer",
    module: "dimmer",
    write: (wish) => `dimmer(${wish.pin}, { ${called(wish)}, quality: "speed" })`,
  },
  servo: { make: "servo", module: "servo", write: (wish) => `servo({ pin: ${wish.pin}, ${called(wish)} })` },
};

export const PART_KINDS: readonly string[] = Object.keys(KINDS);

/** The text of a part; undefined when there is no such kind. */
export function partPlan(wish: PartWish): PartPlan | undefined {
  const kind = Object.hasOwn(KINDS, wish.kind) ? KINDS[wish.kind] : undefined;
  return kind && { make: kind.make, module: `modules/parts/${kind.module}`, text: kind.write(wish) };
}
