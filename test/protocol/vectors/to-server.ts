/** Texts that devices send, each with what it must be read as. */
export const TO_SERVER_VECTORS: readonly { readonly name: string; readonly text: string; readonly message: unknown }[] =
  [
    {
      name: "hello of a device with a screen",
      text: '{"type":"hello","version":1,"features":{"mcp":true,"glyph_push":true},"text_font":{"bundle":"noto-v1","charset":"basic","size":20,"bpp":4},"transport":"websocket","audio_params":{"format":"opus","sample_rate":16000,"channels":1,"frame_duration":60}}',
      message: {
        type: "hello",
        version: 1,
        transport: "websocket",
        features: { mcp: true, glyph_push: true },
        audio_params: { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 },
      },
    },
    { name: "empty hello", text: '{"type":"hello"}', message: { type: "hello" } },
    {
      name: "hello over MQTT",
      text: '{"type":"hello","version":3,"transport":"udp","features":{"mcp":true},"audio_params":{"format":"opus","sample_rate":16000,"channels":1,"frame_duration":60}}',
      message: {
        type: "hello",
        version: 3,
        transport: "udp",
        features: { mcp: true },
        audio_params: { format: "opus", sample_rate: 16000, channels: 1, frame_duration: 60 },
      },
    },
    {
      name: "hello of the test page, without version and audio_params",
      text: '{"type":"hello","device_id":"d","device_name":"n","device_mac":"m","token":"t","features":{"mcp":true,"emoji":false}}',
      message: { type: "hello", features: { mcp: true, emoji: false } },
    },
    {
      name: "listen start, auto",
      text: '{"session_id":"s1","type":"listen","state":"start","mode":"auto"}',
      message: { type: "listen", state: "start", mode: "auto", session_id: "s1" },
    },
    {
      name: "listen start, manual",
      text: '{"session_id":"","type":"listen","state":"start","mode":"manual"}',
      message: { type: "listen", state: "start", mode: "manual", session_id: "" },
    },
    {
      name: "listen start, realtime",
      text: '{"session_id":"s","type":"listen","state":"start","mode":"realtime"}',
      message: { type: "listen", state: "start", mode: "realtime", session_id: "s" },
    },
    {
      name: "listen start without a mode",
      text: '{"type":"listen","state":"start"}',
      message: { type: "listen", state: "start", mode: "auto" },
    },
    {
      name: "listen stop",
      text: '{"session_id":"s","type":"listen","state":"stop"}',
      message: { type: "listen", state: "stop", session_id: "s" },
    },
    {
      name: "wake word, escaped",
      text: '{"session_id":"s","type":"listen","state":"detect","text":"\\u4f60\\u597d\\u5c0f\\u667a"}',
      message: { type: "listen", state: "detect", text: "你好小智", session_id: "s" },
    },
    { name: "abort", text: '{"session_id":"s","type":"abort"}', message: { type: "abort", session_id: "s" } },
    {
      name: "abort by wake word",
      text: '{"session_id":"s","type":"abort","reason":"wake_word_detected"}',
      message: { type: "abort", reason: "wake_word_detected", session_id: "s" },
    },
    {
      name: "mcp",
      text: '{"session_id":"s","type":"mcp","payload":{"jsonrpc":"2.0","id":1,"result":{}}}',
      message: { type: "mcp", payload: { jsonrpc: "2.0", id: 1, result: {} }, session_id: "s" },
    },
    { name: "goodbye", text: '{"session_id":"s","type":"goodbye"}', message: { type: "goodbye", session_id: "s" } },
    {
      name: "legacy descriptors",
      text: '{"type":"iot","descriptors":[{"name":"Lamp"}]}',
      message: { type: "iot", descriptors: [{ name: "Lamp" }] },
    },
    {
      name: "console command",
      text: '{"type":"server","action":"update_config","content":{"secret":"x"}}',
      message: { type: "server", action: "update_config", content: { secret: "x" } },
    },
    { name: "ping", text: '{"type":"ping"}', message: { type: "ping" } },
    { name: "unknown type", text: '{"type":"dance"}', message: { type: "unknown", wireType: "dance" } },
    {
      name: "type that every object inherits",
      text: '{"type":"constructor"}',
      message: { type: "unknown", wireType: "constructor" },
    },
  ];

/** Texts that no device should send, each with the code and the place of the error. */
export const BAD_TO_SERVER: readonly { readonly text: string; readonly code: string; readonly field: string }[] = [
  { text: "", code: "json-invalid", field: "text" },
  { text: "hello", code: "json-invalid", field: "text" },
  { text: '{"type":', code: "json-invalid", field: "text" },
  { text: "42", code: "message-invalid", field: "message" },
  { text: "null", code: "message-invalid", field: "message" },
  { text: "[]", code: "message-invalid", field: "message" },
  { text: "{}", code: "message-invalid", field: "message.type" },
  { text: '{"type":7}', code: "message-invalid", field: "message.type" },
  { text: '{"type":"listen"}', code: "message-invalid", field: "listen.state" },
  { text: '{"type":"listen","state":"jump"}', code: "message-invalid", field: "listen.state" },
  { text: '{"type":"listen","state":"start","mode":"loud"}', code: "message-invalid", field: "listen.mode" },
  { text: '{"type":"listen","state":"detect"}', code: "message-invalid", field: "listen.text" },
  { text: '{"type":"mcp"}', code: "message-invalid", field: "mcp.payload" },
  { text: '{"type":"mcp","payload":[]}', code: "message-invalid", field: "mcp.payload" },
  { text: '{"type":"hello","features":1}', code: "message-invalid", field: "hello.features" },
  { text: '{"type":"abort","reason":{}}', code: "message-invalid", field: "abort.reason" },
  { text: `{"type":${"[".repeat(100)}${"]".repeat(100)}}`, code: "json-invalid", field: "text" },
];
