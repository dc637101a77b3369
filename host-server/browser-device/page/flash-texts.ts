const ENGLISH = {
  title: "Flash a device",
  about: "Writes this project's firmware into a board with an ESP32-S3, over a USB cable, from this browser.",
  images: "Firmware",
  none: "There is no firmware here yet. Build it, and bring it to the server; administrators can also upload it in the console, under “Firmware”.",
  notAllowed: "Log in at the console first, or open this page on the server's own computer.",
  console: "To the console",
  lost: "The server does not answer. Is it running?",
  check: "Check and prepare",
  checking: "Checking every part…",
  ready: "Everything is as this server signed it. Plug the board in, and install.",
  install: "Install",
  signedBy: "Key of this server (SHA-256)",
  "flash-signature": "The list of parts is not what this server signed. Nothing will be installed.",
  "flash-part": "This part is not what this server signed. Nothing will be installed:",
  "flash-old-browser": "This browser is too old to check signatures (Ed25519). Update it.",
  insecure:
    "A browser gives serial ports only to pages over HTTPS, or of the same computer. Open this page over HTTPS:",
  insecureOwn: "or, on the server's own computer, at",
  warned:
    "The browser warns once, for the server has made its certificate itself: go on if it has this fingerprint (SHA-256).",
  secure: "Open over HTTPS",
  unsupported:
    "This browser has no serial ports (Web Serial). Use Chrome, Edge or another Chromium on a computer, or the command below.",
  byHand: "Without the browser",
  byHandHow:
    "Save the parts into one folder, and run this there. esptool comes with: pip install esptool. Where the port is not found, add --port and its name.",
  after: "Afterwards",
  steps: [
    "When it is installed, the same window asks for your Wi-Fi, where the board's firmware can be told by cable (Improv). Choose your network there. ESP32 need 2.4 GHz.",
    "Otherwise the device opens a Wi-Fi network of its own, Xiaozhi-…: join it with a phone, and choose your network on the page that opens.",
    "In the same network as this server the device finds it by itself. If it does not, write this address into “Server address” of the device's page, under “Advanced”:",
  ],
  copy: "Copy",
  copied: "Copied",
  again:
    "The page of the device comes again when its button is held until it warns (3 seconds). To install again, hold BOOT while plugging in when the board is not found.",
};

export type FlashTextName = Exclude<keyof typeof ENGLISH, "steps">;

const CHINESE: typeof ENGLISH = {
  title: "烧录设备",
  about: "通过 USB 线，直接在浏览器中把本项目的固件写入 ESP32-S3 开发板。",
  images: "固件",
  none: "这里还没有固件。请先编译并导入服务器；管理员也可以在控制台的“固件”页面上传。",
  notAllowed: "请先登录控制台，或在服务器本机打开此页面。",
  console: "前往控制台",
  lost: "服务器没有应答。它在运行吗？",
  check: "校验并准备",
  checking: "正在校验每个部分…",
  ready: "所有内容与服务器签名一致。请接上开发板，然后安装。",
  install: "安装",
  signedBy: "本服务器的公钥（SHA-256）",
  "flash-signature": "清单与服务器的签名不符，不会安装。",
  "flash-part": "这个部分与服务器的签名不符，不会安装：",
  "flash-old-browser": "浏览器版本过旧，无法校验签名（Ed25519），请更新。",
  insecure: "浏览器只允许 HTTPS 页面或本机页面使用串口。请通过 HTTPS 打开此页面：",
  insecureOwn: "或在服务器本机打开",
  warned: "证书由服务器自己签发，浏览器会提示一次；指纹（SHA-256）一致时可以继续。",
  secure: "用 HTTPS 打开",
  unsupported: "此浏览器不支持串口（Web Serial）。请在电脑上使用 Chrome、Edge 等 Chromium 浏览器，或使用下面的命令。",
  byHand: "不用浏览器烧录",
  byHandHow:
    "把各个部分保存到同一文件夹，并在其中运行以下命令。安装 esptool：pip install esptool。找不到串口时，请加上 --port 和串口名。",
  after: "烧录之后",
  steps: [
    "安装完成后，如果固件支持通过数据线配网（Improv），同一窗口会询问 Wi-Fi，请选择自己的网络。ESP32 需要 2.4 GHz 网络。",
    "否则设备会打开自己的热点 Xiaozhi-…：用手机连接，在弹出的页面中选择自己的网络。",
    "与本服务器在同一网络时，设备会自动找到服务器。如果没有找到，请在设备页面“高级选项”的“服务器地址”中填写：",
  ],
  copy: "复制",
  copied: "已复制",
  again: "按住设备按键直到提示（3 秒），可再次打开设备页面。再次烧录时如果找不到开发板，请按住 BOOT 再插上数据线。",
};

const isChinese = navigator.language.startsWith("zh");
const TEXTS = isChinese ? CHINESE : ENGLISH;

export function flashText(name: FlashTextName): string {
  return TEXTS[name];
}

export function flashSteps(): readonly string[] {
  return TEXTS.steps;
}

/** Writes the texts into the page, in the reader's language. */
export function translateFlash(): void {
  document.documentElement.lang = isChinese ? "zh-CN" : "en";
  document.title = TEXTS.title;
  for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
    element.textContent = TEXTS[element.dataset["text"] as FlashTextName];
  }
}
