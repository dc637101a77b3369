import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../host-server/config/load.ts";
import { readYaml } from "../../../host-server/config/yaml.ts";
import { ConfigError } from "../../../host-server/errors.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { bytesOfText, expect, type FuzzTarget, refusable, textOf } from "../target.ts";

const OWN = `
server:
  port: 8000
  auth: { enabled: true, allowed_devices: ["11:22:33:44:55:66"], expire_seconds: 60 }
llm:
  use: openai
  openai: { base_url: "http://h/v1", api_key: k, model: m }
plugins:
  get_weather: { api_key: k }
mcp_servers:
  lamp: { command: node, args: ["lamp.js"], env: { A: b } }
agents:
  aunt: { prompt: "You are an aunt.", tts: { use: flite } }
`;
const REFERENCE = `
server: &s
  ip: 0.0.0.0
  port: 8000
  vision_explain: http://h/mcp/vision/explain
server:
  auth_key: k
selected_module: { VAD: SileroVAD, ASR: FunASR, LLM: ChatGLMLLM, TTS: EdgeTTS, Memory: nomem, Intent: function_call }
LLM:
  ChatGLMLLM: { type: openai, model_name: glm-4-flash, url: https://h/v4, api_key: 你的 }
TTS:
  EdgeTTS: { type: edge, voice: zh-CN-XiaoxiaoNeural, output_dir: t/ }
prompt: |
  你是小智
exit_commands: ["退出", "关闭"]
other: *s
`;

/** Configuration files: any text of YAML, and any values under any keys. */
export function config(): FuzzTarget {
  const folder = mkdtempSync(join(tmpdir(), "fuzz-config-"));
  const path = join(folder, "config.yaml");
  return {
    seeds: [bytesOfText(OWN), bytesOfText(REFERENCE), bytesOfText("a: &a [1, 2]\nb: [*a, *a]\nc: { <<: *a }\n")],
    run: (input) => {
      const read = refusable(() => Object.keys(readYaml(textOf(input), "a.yaml").value).join(), [ConfigError]);
      writeFileSync(path, input);
      // Its schema is made anew each time.
      if (read?.startsWith("ConfigError")) return read;
      const loaded = refusable(() => {
        const { warnings } = loadConfig({ path, env: {}, providers });
        return `taken ${warnings.length}`;
      }, [ConfigError]);
      expect(Object.keys(Object.prototype).length === 0, "no file changes what all objects have");
      return `${read}|${loaded}`;
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
