import { ProtocolError } from "../../protocol/errors.ts";
import { JsonRpcError } from "../../protocol/json-rpc.ts";
import { AppError } from "../errors.ts";

/**
 * A device that was asked for something gave no answer, or another than asked for.
 *
 * - `device-silent`: it did not answer in time
 * - `device-gone`: its connection ended before it had answered
 * - `device-refused`: it answered with an error
 * - `device-answer-invalid`: its answer is none that MCP allows
 */
export class DeviceError extends AppError {
  override readonly name = "DeviceError";
}

const CODES: Readonly<Record<string, string>> = { "rpc-timeout": "device-silent", "rpc-closed": "device-gone" };

/** What a device answers. @throws DeviceError in place of errors that only who wrote to the device understands */
export async function answerOf<Answer>(deviceId: string, what: string, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    const isRefusal = error instanceof JsonRpcError;
    if (!(isRefusal || error instanceof ProtocolError)) throw error;
    const code = isRefusal ? "device-refused" : (CODES[error.code] ?? "device-answer-invalid");
    throw new DeviceError(code, `${code}: ${deviceId}: ${what}: ${error.message}`, { cause: error });
  }
}
