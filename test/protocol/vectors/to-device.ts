/** Texts that servers send (golden traces of the reference server), each with what it must be read as. */
export const TO_DEVICE_VECTORS: readonly { readonly name: string; readonly text: string; readonly message: unknown }[] =
  [
    {
      name: "hello",
      text: '{"type":"hello","version":1,"transport":"websocket","audio_params":{"format":"opus","sample_rate":24000,"channels":1,"frame_duration":60},"session_id":"f0c3"}',
      message: {
        type: "hello",
        transport: "websocket",
        version: 1,
        session_id: "f0c3",
        audio_params: { format: "opus", sample_rate: 24000, channels: 1, frame_duration: 60 },
      },
    },
    {
      name: "hello without anything optional",
      text: '{"type":"hello","transport":"websocket"}',
      message: { type: "hello", transport: "websocket" },
    },
    {
      name: "hello on MQTT",
      text: '{"type":"hello","version":3,"session_id":"s","transport":"udp","udp":{"server":"1.2.3.4","port":8884,"encryption":"aes-128-ctr","key":"00","nonce":"01"},"audio_params":{"format":"opus"}}',
      message: {
        type: "hello",
        transport: "udp",
        version: 3,
        session_id: "s",
        audio_params: { format: "opus" },
        udp: { server: "1.2.3.4", port: 8884, encryption: "aes-128-ctr", key: "00", nonce: "01" },
      },
    },
    {
      name: "goodbye of a session",
      text: '{"type":"goodbye","session_id":"s"}',
      message: { type: "goodbye", session_id: "s" },
    },
    {
      name: "the server wants to speak",
      text: '{"type":"speak_request","session_id":"s","text":"Dinner is ready"}',
      message: { type: "speak_request", text: "Dinner is ready" },
    },
    {
      name: "recognised text",
      text: '{"type":"stt","text":"\\u8bb2\\u4e2a\\u7b11\\u8bdd","session_id":"s"}',
      message: { type: "stt", text: "讲个笑话", session_id: "s" },
    },
    {
      name: "tool line",
      text: '{"type":"stt","text":"% self_get_device_status","session_id":"s"}',
      message: { type: "stt", text: "% self_get_device_status", session_id: "s" },
    },
    {
      name: "emotion",
      text: '{"type":"llm","text":"😆","emotion":"laughing","session_id":"s"}',
      message: { type: "llm", emotion: "laughing", text: "😆", session_id: "s" },
    },
    {
      name: "speech begins",
      text: '{"type":"tts","state":"start","session_id":"s"}',
      message: { type: "tts", state: "start", session_id: "s" },
    },
    {
      name: "sentence begins",
      text: '{"type":"tts","state":"sentence_start","session_id":"s","text":"你好呀"}',
      message: { type: "tts", state: "sentence_start", text: "你好呀", session_id: "s" },
    },
    {
      name: "speech ends",
      text: '{"type":"tts","state":"stop","session_id":"s"}',
      message: { type: "tts", state: "stop", session_id: "s" },
    },
    {
      name: "MCP initialize",
      text: '{"type":"mcp","payload":{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{"roots":{"listChanged":true},"sampling":{},"vision":{"url":"u","token":"t"}},"clientInfo":{"name":"XiaozhiClient","version":"1.0.0"}}}}',
      message: {
        type: "mcp",
        payload: {
          jsonrpc: "2.0",
          id: 1,
          method: "initialize",
          params: {
            protocolVersion: "2024-11-05",
            capabilities: { roots: { listChanged: true }, sampling: {}, vision: { url: "u", token: "t" } },
            clientInfo: { name: "XiaozhiClient", version: "1.0.0" },
          },
        },
      },
    },
    {
      name: "MCP tools/list without params",
      text: '{"type":"mcp","payload":{"jsonrpc":"2.0","id":2,"method":"tools/list"}}',
      message: { type: "mcp", payload: { jsonrpc: "2.0", id: 2, method: "tools/list" } },
    },
    { name: "reboot", text: '{"type":"system","command":"reboot"}', message: { type: "system", command: "reboot" } },
    {
      name: "alert",
      text: '{"type":"alert","status":"S","message":"M","emotion":"sad"}',
      message: { type: "alert", status: "S", message: "M", emotion: "sad" },
    },
    {
      name: "goodbye",
      text: '{"type":"goodbye","session_id":null}',
      message: { type: "goodbye" },
    },
    {
      name: "notification",
      text: '{"type":"notify","audio_url":"https://host/a.ogg","subtitles":[{"start_ms":900,"text":"b"},{"start_ms":0,"text":"a"}]}',
      message: {
        type: "notify",
        audio_url: "https://host/a.ogg",
        subtitles: [
          { start_ms: 0, text: "a" },
          { start_ms: 900, text: "b" },
        ],
      },
    },
    {
      name: "notification without words",
      text: '{"type":"notify","audio_url":"http://host/a.ogg"}',
      message: { type: "notify", audio_url: "http://host/a.ogg" },
    },
    {
      name: "legacy commands",
      text: '{"type":"iot","commands":[{"name":"Lamp","method":"turn_on","parameters":{}}]}',
      message: { type: "iot", commands: [{ name: "Lamp", method: "turn_on", parameters: {} }] },
    },
    {
      name: "pong",
      text: '{"type":"pong","timestamp":"2026-01-01 00:00:00"}',
      message: { type: "pong", timestamp: "2026-01-01 00:00:00" },
    },
    {
      name: "call_accepted",
      text: '{"type":"call_accepted","from":"11:22:33:44:55:66"}',
      message: { type: "call_accepted", from: "11:22:33:44:55:66" },
    },
    {
      name: "newer type",
      text: '{"type":"vibrate","text":"hi"}',
      message: { type: "unknown", wireType: "vibrate" },
    },
  ];

/** Texts that no server should send, each with the code and the place of the error. */
export const BAD_TO_DEVICE: readonly { readonly text: string; readonly code: string; readonly field: string }[] = [
  { text: '{"type":"hello"}', code: "message-invalid", field: "hello.transport" },
  { text: '{"type":"hello","transport":5}', code: "message-invalid", field: "hello.transport" },
  { text: '{"type":"tts"}', code: "message-invalid", field: "tts.state" },
  { text: '{"type":"stt","text":1}', code: "message-invalid", field: "stt.text" },
  { text: '{"type":"llm","text":"x"}', code: "message-invalid", field: "llm.emotion" },
  { text: '{"type":"mcp","payload":"x"}', code: "message-invalid", field: "mcp.payload" },
  { text: '{"type":"system"}', code: "message-invalid", field: "system.command" },
  { text: '{"type":"alert","status":"S","message":"M"}', code: "message-invalid", field: "alert.emotion" },
  { text: '{"type":"notify"}', code: "message-invalid", field: "notify.audio_url" },
  {
    text: '{"type":"notify","audio_url":"u","subtitles":[1]}',
    code: "message-invalid",
    field: "notify.subtitles[0]",
  },
  {
    text: '{"type":"notify","audio_url":"u","subtitles":[{"start_ms":-1,"text":"t"}]}',
    code: "message-invalid",
    field: "notify.subtitles[0].start_ms",
  },
  {
    text: '{"type":"notify","audio_url":"u","subtitles":[{"start_ms":1}]}',
    code: "message-invalid",
    field: "notify.subtitles[0].text",
  },
  { text: "{", code: "json-invalid", field: "text" },
];
