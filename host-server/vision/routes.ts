import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { DEVICE_HEADERS } from "../../protocol/ota.ts";
import type { Log } from "../log.ts";
import type { Picture } from "../providers/vllm.ts";
import { imageType } from "./image-type.ts";

/** Where devices send their pictures, as in the reference. */
export const VISION_PATH = "/mcp/vision/explain";

const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
/** Beside the picture: the question, and the lines between the parts. */
const MAX_REST_BYTES = 64 * 1024;
const MAX_QUESTION_CHARACTERS = 4_000;

/** The reference's words, which others look for. */
const REFUSALS = {
  token: "无效的认证token或token已过期",
  device: "设备ID与token不匹配",
  question: "缺少问题字段",
  image: "缺少图片文件",
  empty: "图片数据为空",
  size: "图片大小超过限制，最大允许5.0MB",
  type: "不支持的文件格式，请上传有效的图片文件（支持JPEG、PNG、GIF、BMP、TIFF、WEBP格式）",
  model: "您还未设置默认的视觉分析模块",
  failure: "处理请求时发生错误",
} as const;

/** What answers devices that ask about a picture. */
export interface VisionOptions {
  /** Whose token this is: the device's id; undefined for a token that is none, or too old. */
  readonly ownerOf: (token: string) => string | undefined;
  /** Answers a question about a picture; undefined where no model is configured. */
  readonly explain: ((picture: Picture, question: string, signal: AbortSignal) => Promise<string>) | undefined;
  /** The address that devices are given. */
  readonly url: () => string;
  readonly log: Log;
}

/** A request that is refused, with the words for it. */
class Refusal extends Error {
  override readonly name = "Refusal";
}

/**
 * `/mcp/vision/explain`: a device asks about a picture. The body is multipart, the question first and the picture second,
 * whatever the parts are named. The answer is the tool's result: refusals have status 200, except for a bad token.
 */
export function createVisionRoutes(options: VisionOptions): Hono {
  const app = new Hono();
  const shared = cors({
    origin: "*",
    credentials: true,
    allowHeaders: ["client-id", "content-type", "device-id", "authorization"],
    allowMethods: ["GET", "POST", "OPTIONS"],
  });
  app.use(VISION_PATH, shared);
  app.get(VISION_PATH, (context) =>
    context.text(
      options.explain
        ? `MCP Vision 接口运行正常，视觉解释接口地址是：${options.url()}`
        : "MCP Vision 接口运行不正常，请打开data目录下的.config.yaml文件，设置好【vllm】",
    ),
  );
  const limit = bodyLimit({
    maxSize: MAX_IMAGE_BYTES + MAX_REST_BYTES,
    onError: (context) => context.json({ success: false, message: REFUSALS.size }),
  });
  app.post(VISION_PATH, isKnown(options), limit, (context) => explain(options, context));
  return app;
}

/** The token is looked at before anything of the picture is read. */
function isKnown({ ownerOf }: VisionOptions) {
  return async (context: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    const token = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    const owner = ownerOf(token);
    if (owner === undefined) return context.json({ success: false, message: REFUSALS.token }, 401);
    const isOwn = owner === context.req.header(DEVICE_HEADERS.deviceId);
    if (!isOwn) return context.json({ success: false, message: REFUSALS.device });
    await next();
    return undefined;
  };
}

async function explain(options: VisionOptions, context: Context): Promise<Response> {
  const device = context.req.header(DEVICE_HEADERS.deviceId) ?? "";
  try {
    const { picture, question } = await readQuestion(context);
    if (!options.explain) throw new Refusal(REFUSALS.model);
    const response = await options.explain(picture, question, context.req.raw.signal);
    options.log.info({ device, type: picture.type, bytes: picture.bytes.length }, "picture explained");
    return context.json({ success: true, action: "RESPONSE", response });
  } catch (error) {
    options.log.warn({ device, error }, "a picture was not explained");
    return context.json({ success: false, message: error instanceof Refusal ? error.message : REFUSALS.failure });
  }
}

/** @throws Refusal */
async function readQuestion(context: Context): Promise<{ picture: Picture; question: string }> {
  const parts = [...(await readForm(context)).values()];
  const [first, second] = parts;
  if (first === undefined) throw new Refusal(REFUSALS.question);
  if (second === undefined) throw new Refusal(REFUSALS.image);
  const question = typeof first === "string" ? first : await first.text();
  const bytes =
    typeof second === "string" ? new TextEncoder().encode(second) : new Uint8Array(await second.arrayBuffer());
  if (bytes.length === 0) throw new Refusal(REFUSALS.empty);
  if (bytes.length > MAX_IMAGE_BYTES) throw new Refusal(REFUSALS.size);
  const type = imageType(bytes);
  if (type === undefined) throw new Refusal(REFUSALS.type);
  return { picture: { type, bytes }, question: question.slice(0, MAX_QUESTION_CHARACTERS) };
}

/** @throws Refusal when the body is no form, or was cut off */
async function readForm(context: Context): Promise<FormData> {
  try {
    return await context.req.formData();
  } catch (cause) {
    throw new Refusal(REFUSALS.question, { cause });
  }
}
