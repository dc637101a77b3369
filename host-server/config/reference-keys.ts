/**
 * Keys of the reference server's configuration that mean nothing here (yet). A file that has them still starts the
 * server; each is named in a warning.
 */
export const UNSUPPORTED_KEYS: readonly string[] = [
  "ASR",
  "Intent",
  "LLM",
  "Memory",
  "TTS",
  "VAD",
  "VLLM",
  "delete_audio",
  "log.data_dir",
  "log.log_dir",
  "log.log_file",
  "log.log_format",
  "log.log_format_file",
  "manager-api",
  "module_test",
  "selected_module",
  "server.firmware_cache_ttl",
  "server.ota",
  "tts_timeout",
  "xiaozhi",
];
