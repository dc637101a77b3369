import type { JsonObject } from "../../protocol/json.ts";

/** The address of a FunASR server, which the reference writes in parts; its certificate is never looked at there. */
export function funServer({ host = "localhost", port = 10_095, is_ssl = true, api_key }: JsonObject): JsonObject {
  const isSecure = ["true", "1", "yes"].includes(String(is_ssl).toLowerCase());
  const url = `${isSecure ? "wss" : "ws"}://${String(host)}:${String(port)}`;
  const key = api_key === undefined || api_key === "none" || api_key === "" ? {} : { api_key: String(api_key) };
  return { url, mode: "offline", ...(isSecure && { verify_certificate: false }), ...key };
}

/** A voice behind a web request: `params` are its query, or its body. */
export function customVoice({ url, method = "GET", params, headers }: JsonObject): JsonObject {
  const members = withPlace(isMap(params) ? params : {});
  const isPost = String(method).toUpperCase() === "POST";
  return {
    url: String(url),
    method: isPost ? "POST" : "GET",
    ...(isMap(headers) && { headers: texts(headers) }),
    ...(isPost ? { body: members } : { params: members }),
  };
}

/** GPT-SoVITS: all that the block has goes into the request. */
export function soVits({ url, type: _type, output_dir: _folder, ...members }: JsonObject): JsonObject {
  return { url: String(url), method: "POST", body: { ...members, text: "{text}" } };
}

/** A cloud that speaks OpenAI's protocol. */
export function siliconFlow({ model, voice, access_token }: JsonObject): JsonObject {
  return {
    base_url: "https://api.siliconflow.cn/v1",
    api_key: String(access_token ?? ""),
    ...(model !== undefined && { model: String(model) }),
    ...(voice !== undefined && { voice: String(voice) }),
  };
}

/** Coze's voices, which give sound for a web request. */
export function cozeVoice({ api_url, access_token, model, voice }: JsonObject): JsonObject {
  return {
    url: String(api_url ?? "https://api.coze.cn/v1/audio/speech"),
    headers: { Authorization: `Bearer ${String(access_token ?? "")}` },
    body: { ...(model !== undefined && { model }), input: "{text}", voice_id: voice, response_format: "wav" },
  };
}

/** Index-TTS behind a web request. */
export function indexVoice({ api_url, voice }: JsonObject): JsonObject {
  return { url: String(api_url), body: { text: "{text}", character: voice } };
}

/** The voices of Edge, of the recipe for them. */
export function edgeVoice({ voice, rate, pitch, volume }: JsonObject): JsonObject {
  const signed = (value: unknown, unit: string) => {
    const number = Number(value ?? "") || 0;
    return `${number < 0 ? "" : "+"}${number}${unit}`;
  };
  return {
    ...(voice !== undefined && { voice: String(voice) }),
    ...(rate !== undefined && { rate: signed(rate, "%") }),
    ...(pitch !== undefined && { pitch: signed(pitch, "Hz") }),
    ...(volume !== undefined && { volume: signed(volume, "%") }),
  };
}

/** Members of a block that a recipe takes under the same names: texts, and numbers, which the reference writes in quotes. */
export function taken(texts: readonly string[], numbers: readonly string[] = []) {
  return (block: JsonObject): JsonObject => {
    const isThere = (key: string) => block[key] !== undefined && block[key] !== "";
    return Object.fromEntries([
      ...texts.filter(isThere).map((key) => [key, String(block[key])]),
      ...numbers.filter(isThere).map((key) => [key, Number(block[key])]),
    ]);
  };
}

function withPlace(members: JsonObject): JsonObject {
  const place = (value: unknown) => (typeof value === "string" ? value.replaceAll("{prompt_text}", "{text}") : value);
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, place(value)]));
}

function texts(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, String(value)]));
}

function isMap(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
