import { ProtocolError, type ProtocolErrorCode, shown } from "./errors.ts";
import { isObject, type JsonObject } from "./json.ts";

/** Reads the members of one JSON object and says exactly which one is wrong. */
export class Fields {
  readonly #object: JsonObject;
  readonly #where: string;
  readonly #code: ProtocolErrorCode;

  /** `where` names the object in errors, for example `listen`. */
  constructor(object: JsonObject, where: string, code: ProtocolErrorCode = "message-invalid") {
    this.#object = object;
    this.#where = where;
    this.#code = code;
  }

  #wrong(member: string, expected: string): ProtocolError {
    const value = this.#object[member];
    return new ProtocolError(this.#code, `${this.#where}.${member}`, `expected ${expected}, got ${shown(value)}`);
  }

  string(member: string): string {
    const value = this.#object[member];
    if (typeof value !== "string") throw this.#wrong(member, "a string");
    return value;
  }

  object(member: string): JsonObject {
    const value = this.#object[member];
    if (!isObject(value)) throw this.#wrong(member, "an object");
    return value;
  }

  array(member: string): readonly unknown[] {
    const value = this.#object[member];
    if (!Array.isArray(value)) throw this.#wrong(member, "an array");
    return value;
  }

  /** The member as one of `choices`. */
  oneOf<const T extends string>(member: string, choices: readonly T[]): T {
    const value = this.#object[member];
    if (!choices.includes(value as T)) throw this.#wrong(member, `one of ${choices.join(", ")}`);
    return value as T;
  }

  /** undefined when the member is absent; still an error when it is there with another type. */
  optionalString(member: string): string | undefined {
    return this.#object[member] === undefined ? undefined : this.string(member);
  }

  optionalObject(member: string): JsonObject | undefined {
    return this.#object[member] === undefined ? undefined : this.object(member);
  }

  optionalArray(member: string): readonly unknown[] | undefined {
    return this.#object[member] === undefined ? undefined : this.array(member);
  }
}
