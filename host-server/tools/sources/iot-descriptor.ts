import { isObject, type JsonObject } from "../../../protocol/json.ts";

/** Types that a device's values have. */
export type IotType = "boolean" | "number" | "string";

/** A property, or a parameter of a method. */
export interface IotMember {
  readonly name: string;
  readonly type: IotType;
  readonly description: string;
}

/** A part of a device without MCP: its speaker, a lamp. */
export interface IotDevice {
  readonly name: string;
  readonly description: string;
  readonly properties: readonly IotMember[];
  readonly methods: readonly {
    readonly name: string;
    readonly description: string;
    readonly parameters: readonly IotMember[];
  }[];
}

/** More members than any part has. */
const MAX_MEMBERS = 64;

/** One entry of `descriptors`: `{name, description, properties: {p: {type, description}}, methods: {m: {description, parameters}}}`; undefined when it is none. */
export function readDescriptor(value: unknown): IotDevice | undefined {
  if (!isObject(value) || typeof value["name"] !== "string" || value["name"] === "") return undefined;
  return {
    name: value["name"],
    description: text(value["description"], value["name"]),
    properties: membersOf(value["properties"]),
    methods: entriesOf(value["methods"]).map(([name, method]) => ({
      name,
      description: text(method["description"], name),
      parameters: membersOf(method["parameters"]),
    })),
  };
}

/** Whether a value is of the declared type. */
export function fits(type: IotType, value: unknown): boolean {
  return typeof value === type && (typeof value !== "number" || Number.isFinite(value));
}

function entriesOf(value: unknown): [string, JsonObject][] {
  const entries = isObject(value) ? Object.entries(value).slice(0, MAX_MEMBERS) : [];
  return entries.filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
}

function membersOf(value: unknown): IotMember[] {
  return entriesOf(value).flatMap(([name, { type, description }]) => {
    const known = typeOf(type);
    return known ? [{ name, type: known, description: text(description, name) }] : [];
  });
}

function typeOf(type: unknown): IotType | undefined {
  if (type === "integer") return "number";
  return type === "boolean" || type === "number" || type === "string" ? type : undefined;
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}
