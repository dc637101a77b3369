/** What the page says. */
export type TextName = keyof typeof ENGLISH;

const ENGLISH = {
  title: "A device in the browser",
  about:
    "The project's own firmware runs on this computer's server; your browser is its microphone, speaker and screen.",
  board: "Board",
  on: "Switch on",
  off: "Switch off",
  key: "Key of the server (server.auth_key)",
  use: "Use it",
  talk: "Talk",
  alsoTalk: "Second button to talk",
  louder: "Volume up",
  quieter: "Volume down",
  pin: "Pin",
  touch: "The screen is the button. Tap it to begin or end a conversation; hold it to talk as long as you hold.",
  hint: "Click to begin or end a conversation; hold to talk as long as you hold.",
  wake: "Say the wake word",
  phrase: "Wake when I say “hey computer”",
  wav: "Speak a recording (WAV)",
  talked: "Conversation",
  log: "Log of the device",
  starting: "The device starts…",
  insecure:
    "A browser gives a microphone only to pages over HTTPS, or of this computer. You can speak a recording, or open this page at http://localhost.",
  noMicrophone: "There is no microphone, or you have not allowed it. You can speak a recording.",
  ended: "The device is off.",
  lost: "The server does not answer. Is it running?",
  "key-wrong": "From another computer, this needs the server's key.",
  "too-many": "No more devices run in browsers at once. Switch another one off.",
  "device-missing": "This installation has no simulator.",
  noSound: "This file is no sound that the browser can read.",
  loading: "Learning the phrase…",
  dark: "off",
  phone: "Use a phone",
  scan: "Open this with the phone's camera, in the same network. It is good for a quarter of an hour.",
  warned:
    "The browser warns once, for the server has made its certificate itself: go on if it has this fingerprint (SHA-256).",
  code: "The address as a QR code",
};

const CHINESE: { readonly [name in TextName]: string } = {
  title: "浏览器里的设备",
  about: "本项目的固件在服务器上运行；浏览器就是它的麦克风、扬声器和屏幕。",
  board: "板子",
  on: "开机",
  off: "关机",
  key: "服务器密钥（server.auth_key）",
  use: "使用",
  talk: "说话",
  alsoTalk: "另一个说话键",
  louder: "音量加",
  quieter: "音量减",
  pin: "引脚",
  touch: "屏幕就是按键：轻触开始或结束对话；按住则边按边说。",
  hint: "点击开始或结束对话；按住则边按边说。",
  wake: "说唤醒词",
  phrase: "听到 “hey computer” 时唤醒",
  wav: "播放录音（WAV）",
  talked: "对话",
  log: "设备日志",
  starting: "设备正在启动…",
  insecure: "浏览器只允许 HTTPS 页面或本机页面使用麦克风。可以播放录音，或在 http://localhost 打开此页面。",
  noMicrophone: "没有麦克风，或未获允许。可以播放录音。",
  ended: "设备已关机。",
  lost: "服务器没有应答。它在运行吗？",
  "key-wrong": "从其他电脑打开时，需要服务器密钥。",
  "too-many": "浏览器中的设备已达上限，请先关掉一个。",
  "device-missing": "此安装没有模拟器。",
  noSound: "浏览器无法读取此文件中的声音。",
  loading: "正在学习唤醒短语…",
  dark: "灭",
  phone: "使用手机",
  scan: "请用同一网络中的手机相机扫描，一刻钟内有效。",
  warned: "证书由服务器自己签发，浏览器会提示一次；指纹（SHA-256）一致时可以继续。",
  code: "地址二维码",
};

const STATES: { readonly [state: string]: readonly [english: string, chinese: string] } = {
  starting: ["Starting", "启动中"],
  activating: ["Asking the server", "连接服务器"],
  idle: ["Ready", "待命"],
  connecting: ["Connecting", "连接中"],
  listening: ["Listening", "聆听中"],
  speaking: ["Speaking", "说话中"],
  upgrading: ["Upgrading", "升级中"],
  off: ["Off", "关机"],
};

const isChinese = navigator.language.startsWith("zh");

export function textOf(name: TextName): string {
  return (isChinese ? CHINESE : ENGLISH)[name];
}

/** A text for a code of the server, else the server's own words. */
export function textOfCode(code: string, message: string): string {
  return code in ENGLISH ? textOf(code as TextName) : message;
}

export function stateName(state: string): string {
  return STATES[state]?.[isChinese ? 1 : 0] ?? state;
}

/** Writes the texts into the page, in the reader's language. */
export function translate(): void {
  document.documentElement.lang = isChinese ? "zh-CN" : "en";
  document.title = textOf("title");
  for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
    element.textContent = textOf(element.dataset["text"] as TextName);
  }
}
