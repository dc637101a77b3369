/**
 * What the server says of its settings, in Chinese: by its own English words, for the same key means different things in
 * different places. A test holds that nothing is missing.
 */
export const HINTS_CHINESE: { readonly [english: string]: string } = {
  "Agent that answers: conversation.chatgpt; Home Assistant's own when empty":
    "负责回答的智能体，例如 conversation.chatgpt；留空则用 Home Assistant 自带的",
  "Host of your QWeather account: abc123.re.qweatherapi.com.":
    "和风天气账号的专属域名，例如 abc123.re.qweatherapi.com。",
  "Key; a server of one's own mostly needs none": "密钥；自建服务器通常不需要",
  "Key, where a gateway before it wants one.": "密钥，仅当前面的网关需要时填写。",
  "Key; Ollama needs none, what stands before it may": "密钥；Ollama 本身不需要，其前面的代理可能需要",
  "Key, from platform.deepseek.com; empty: what the environment has as DEEPSEEK_API_KEY":
    "密钥，在 platform.deepseek.com 获取；留空则取环境变量 DEEPSEEK_API_KEY",
  "Key, from bailian.console.aliyun.com; empty: what the environment has as DASHSCOPE_API_KEY":
    "密钥，在 bailian.console.aliyun.com 获取；留空则取环境变量 DASHSCOPE_API_KEY",
  "Key, from bigmodel.cn; empty: what the environment has as ZHIPUAI_API_KEY":
    "密钥，在 bigmodel.cn 获取；留空则取环境变量 ZHIPUAI_API_KEY",
  "Key, from console.volcengine.com/ark; empty: what the environment has as ARK_API_KEY":
    "密钥，在 console.volcengine.com/ark 获取；留空则取环境变量 ARK_API_KEY",
  "Key, from platform.moonshot.cn; empty: what the environment has as MOONSHOT_API_KEY":
    "密钥，在 platform.moonshot.cn 获取；留空则取环境变量 MOONSHOT_API_KEY",
  "Key, from aistudio.google.com; empty: what the environment has as GEMINI_API_KEY":
    "密钥，在 aistudio.google.com 获取；留空则取环境变量 GEMINI_API_KEY",
  "Key, from cloud.siliconflow.cn; empty: what the environment has as SILICONFLOW_API_KEY":
    "密钥，在 cloud.siliconflow.cn 获取；留空则取环境变量 SILICONFLOW_API_KEY",
  "Key, from console.groq.com; empty: what the environment has as GROQ_API_KEY":
    "密钥，在 console.groq.com 获取；留空则取环境变量 GROQ_API_KEY",
  "Key, from openrouter.ai; empty: what the environment has as OPENROUTER_API_KEY":
    "密钥，在 openrouter.ai 获取；留空则取环境变量 OPENROUTER_API_KEY",
  "Key of the app, from its page API Access": "应用的密钥，在应用的“访问 API”页获取",
  "A personal access token that may chat": "有对话权限的个人访问令牌",
  "A long-lived access token, from the profile page": "长期访问令牌，在个人资料页创建",
  "Key of the app": "应用的密钥",
  "Key; a server of one's own may need none.": "密钥；自建服务器可能不需要。",
  "Key of QWeather; without one Open-Meteo is asked, which needs none.":
    "和风天气的密钥；不填则用无需密钥的 Open-Meteo。",
  "Key of Tavily or Metaso.": "Tavily 或秘塔搜索的密钥。",
  "Key of its API.": "其 API 的密钥。",
  "Its arguments; {text} is what is to be said, which else comes by standard input. --stdout, -v, zh.":
    "程序的参数；{text} 代表要说的话，不写则由标准输入给出。例如 --stdout、-v、zh。",
  "Seconds that the recogniser may take after the end of speech.": "说话结束后，识别最多可以用多少秒。",
  "Address of the server, as far as its requests have it in common: it mostly ends with /v1":
    "服务器地址中各请求共有的部分，通常以 /v1 结尾",
  "Address of Dify's service API": "Dify 服务 API 的地址",
  "Address of Coze's API: https://api.coze.cn, or https://api.coze.com outside of China":
    "扣子 API 的地址：https://api.coze.cn；中国以外为 https://api.coze.com",
  "Address of Home Assistant": "Home Assistant 的地址",
  "Address of FastGPT's API; it ends with /api/v1": "FastGPT API 的地址，以 /api/v1 结尾",
  "Address of the server.": "服务器地址。",
  "Address of the RAGFlow: http://192.168.1.5:9380.": "RAGFlow 的地址，例如 http://192.168.1.5:9380。",
  "What is sent, of POST: a text, or members that become JSON; {text} is what is to be said.":
    "POST 发送的内容：文本，或将转成 JSON 的各项；{text} 代表要说的话。",
  "The bot, published as an API: the number at the end of its page's address, in quotes":
    "已发布为 API 的机器人：其页面地址末尾的数字，加引号",
  "What is kept of conversations in the database.": "数据库中保留对话的哪些内容。",
  "Seconds without voice after which a connection is closed.": "多少秒没有语音后断开连接。",
  "Folders of data/knowledge that are searched; none: everything.": "要搜索的 data/knowledge 文件夹；不填则搜索全部。",
  "The program: espeak-ng. It is run for each sentence, without a shell.":
    "程序名，例如 espeak-ng。每句话运行一次，不经过 shell。",
  "The devices that can be called: by what users call them, their MAC addresses.":
    "可以呼叫的设备：用户对它的称呼，对应它的 MAC 地址。",
  "Programs that know something about a device, asked when it connects.": "了解设备情况的程序，设备连接时向其询问。",
  "Pieces of news that are told at once.": "一次播报几条新闻。",
  "Ids of the knowledge bases that are searched.": "要搜索的知识库的编号。",
  "The place when the user names none: Berlin, 广州.": "用户没说地点时所用的地点，例如 广州、Berlin。",
  "Feed when the user names no category.": "用户没说类别时所用的新闻源。",
  "Tells the model what is in the documents, and when to search them.": "告诉模型文档里有什么，何时应当搜索。",
  "Tells the model what is in the knowledge base, and when to search it.": "告诉模型知识库里有什么，何时应当搜索。",
  "Whether commands to the device itself, as its volume, are understood here: its tools are not known there":
    "是否由本服务器理解对设备自身的指令（如音量）：对方不知道设备的工具",
  "Said when a device has been told that many.": "达到每日上限时说的话。",
  "Characters that a device is told on one day; 0: no limit.": "设备每天最多播报的字数；0 为不限。",
  "The devices that can be spoken through: by what users call them, their MAC addresses.":
    "可以用来播报的设备：用户对它的称呼，对应它的 MAC 地址。",
  "Whether the device says goodbye when nobody has spoken for a while.": "长时间没人说话时，设备是否告别。",
  "Whether a device that was called answers.": "设备被唤醒后是否应答。",
  "Model that hears whether somebody has finished, in data/models, or its path; used where it is installed.":
    "判断用户是否说完的模型，在 data/models 中的名称或其路径；已安装才使用。",
  "The goodbye before that.": "断开之前的告别。",
  "What a user says to end the conversation at once.": "用户说这些话时立即结束对话。",
  "More fields for every request": "每个请求附加的字段",
  "More members for every request": "每个请求附加的字段",
  "Seconds that one of several may take before the next is asked.": "有多个时，等待多少秒后改用下一个。",
  "More categories: by what users call them, addresses of RSS or Atom feeds, in any language.":
    "更多类别：用户的叫法，对应 RSS 或 Atom 地址，语言不限。",
  "Feed of category finance (财经).": "财经类新闻源。",
  "Folder with music, and folders in it; music in the data folder by default.":
    "音乐文件夹（含子文件夹）；默认为数据目录中的 music。",
  "Address of Open-Meteo, or of your own one.": "Open-Meteo 的地址，或您自建的地址。",
  "Headers, such as Authorization.": "请求头，例如 Authorization。",
  "What is remembered of a conversation.": "一次对话中记住多少。",
  "Words that it should expect, and their weights.": "热词及其权重。",
  "Variables of the app": "应用的变量",
  "Whether numbers are written in digits.": "数字是否写成阿拉伯数字。",
  "How long the model stays in memory unused: 60m; -1m: for ever": "模型闲置多久后移出内存，例如 60m；-1m 为永不",
  "Language of what is said, as en or zh; found by the server when empty":
    "所说的语言，例如 zh 或 en；留空由服务器判断",
  "Language of what is said, as en or zh; the server's choice when empty.":
    "所说的语言，例如 zh 或 en；留空由服务器选择。",
  "Language of what is said, as zh; found by the model when empty.": "所说的语言，例如 zh；留空由模型判断。",
  "Language of the user: en, zh-cn; Home Assistant's own when empty":
    "用户的语言，例如 zh-cn、en；留空则用 Home Assistant 的语言",
  "Language of the voice, as en_US; for a server that chooses by it.":
    "音色的语言，例如 zh_CN；用于按语言选择的服务器。",
  "What is spoken and heard, as en or zh.": "听和说的语言，例如 zh 或 en。",
  "Seconds that the model may take to begin an answer.": "模型最多可以用多少秒开始回答。",
  "Seconds that the model may pause within an answer.": "模型在回答中最多可以停顿多少秒。",
  "Pages that a model is told of.": "告诉模型几个网页。",
  "Passages that a model is given.": "给模型几段内容。",
  "Longest answer in tokens; the server's default": "回答最长多少词元；默认由服务器决定",
  "About how much of the conversation a model is given, in tokens.": "大约给模型多少对话内容，以词元计。",
  "What is remembered from one conversation to the next, device by device.": "跨对话记住的内容，按设备区分。",
  "How it is asked.": "请求方式。",
  "2pass: words while one speaks, corrected at the end; offline: at the end; online: only while one speaks.":
    "2pass：边说边出字，说完后纠正；offline：说完后识别；online：只边说边识别。",
  "Sort of the app: chat, chatflow and agent are chat-messages":
    "应用的类型：聊天助手、Chatflow 和 Agent 都是 chat-messages",
  "Name of the model in data/models, or the path of its folder.": "模型在 data/models 中的名称，或其文件夹路径。",
  "Name of a model in data/models, or the path of its folder.": "模型在 data/models 中的名称，或其文件夹路径。",
  "Name of the recogniser's model": "识别模型的名称",
  "Name of the model; the server's choice when empty.": "模型名称；留空由服务器选择。",
  "Name of the model, as the server knows it": "模型名称，与服务器上的一致",
  "Name of the voice's model": "语音合成模型的名称",
  "Without a url: name of a model in data/models, or the path of its folder; voices lie in data/voiceprints.":
    "不填地址时：模型在 data/models 中的名称或其文件夹路径；录音在 data/voiceprints 中。",
  "Ids of models by stage.": "各环节所用模型的编号。",
  "The same, as the reference names it.": "同上，参考实现的叫法。",
  "Endings of the files that are played.": "可播放文件的扩展名。",
  "Sources that are offered, by name or id, with ; between them; the first is the default.":
    "可选的新闻来源（名称或编号），以 ; 分隔；第一个为默认。",
  "What is added to the address; {text} is what is to be said.": "附加到地址的参数；{text} 代表要说的话。",
  "Address of Open-Meteo's search for places.": "Open-Meteo 地点搜索的地址。",
  "The server's own tools: by name false to switch one off, or its settings.":
    "服务器自带的工具：按名称写 false 表示关闭，或写它的设置。",
  "Tells the model who it is.": "告诉模型它是谁。",
  "What the model answers then.": "届时交给模型回答的提示。",
  "Words that it should expect": "预计会出现的词",
  "File with what surrounds the prompt, or its text: {{base_prompt}}, {{current_time}} and others.":
    "提示词外围内容的文件或文本：{{base_prompt}}、{{current_time}} 等。",
  "Who is asked; by default your own SearXNG when its url is set, else Tavily.":
    "向谁搜索；填了地址时默认为您自建的 SearXNG，否则为 Tavily。",
  "Seconds after which the folder is read again.": "多少秒后重新读取文件夹。",
  "What the voice says in place of what is written: text|spoken.": "语音把左边的文字读成右边的：文字|读法。",
  "What is asked for; pcm is bare samples": "请求的格式；pcm 为裸采样",
  "More roles: by what users call them, what the model is told; {name} is the assistant's name.":
    "更多角色：用户的叫法，对应给模型的提示；{name} 代表助手的名字。",
  "Hz of bare samples": "裸采样的采样率（Hz）",
  "Hz of bare samples (16 bits, mono); WAV and MP3 say theirs themselves.":
    "裸采样（16 位、单声道）的采样率（Hz）；WAV 和 MP3 自带。",
  "How alike voices must be; 0.4 with a url, 0.6 with a model, unless given.":
    "声音要多相似才算同一人；默认用地址时 0.4，用模型时 0.6。",
  "Feed of category society (社会).": "社会类新闻源。",
  "Name of the speaker, of voices that have several.": "说话人名称，用于有多个说话人的音色。",
  "Number of the speaker, of models that have several.": "说话人编号，用于有多个说话人的模型。",
  "Who may speak: id,name,description.": "可能说话的人：编号,名字,描述。",
  "Whether an answer is prepared when the user has probably finished; thrown away when not.":
    "用户可能说完时是否提前准备回答；没说完则丢弃。",
  "How fast it speaks; the server's default": "语速；默认由服务器决定",
  "How fast it speaks.": "语速。",
  "How much a frame must sound like voice: 0 least, 3 most": "一帧声音要多像人声：0 最宽松，3 最严格",
  "Whether the model sums up what no longer fits.": "放不下的内容是否由模型总结。",
  "Said when no answer can be given.": "无法回答时说的话。",
  "How freely it speaks; the server's default": "回答的自由程度；默认由服务器决定",
  "Whether models may think before they speak, where one can say so": "模型回答前是否可以思考（在支持此设置的地方）",
  "Threads of the processor for one recogniser.": "一个识别器使用的处理器线程数。",
  "Threads of the processor for one sentence.": "一句话使用的处理器线程数。",
  "Probability from which it is voice.": "概率达到多少即为人声。",
  "Seconds that a tool may take.": "工具最多可以用多少秒。",
  "Whether a chat app is told of the device's and this server's tools": "是否把设备和本服务器的工具告诉聊天应用",
  "Whether the bot is told of the device's and this server's tools": "是否把设备和本服务器的工具告诉机器人",
  "Whether the app is told of the device's and this server's tools": "是否把设备和本服务器的工具告诉应用",
  "Share of likely words it chooses from; the server's default": "从多大比例的可能词中选择；默认由服务器决定",
  "Seconds that the voice may take for a sentence, and pause within it.": "合成一句话及句中停顿最多可以用多少秒。",
  "How long the stages of a turn may take, and what interrupts.": "一轮对话各环节的时限，以及什么可以打断。",
  "Degrees Celsius and km/h, or Fahrenheit and mph.": "摄氏度和公里/小时，或华氏度和英里/小时。",
  "Address of the Wyoming server: tcp://192.168.1.20:10300.": "Wyoming 服务器的地址，例如 tcp://192.168.1.20:10300。",
  "Address of the FunASR server: ws://192.168.1.20:10095.": "FunASR 服务器的地址，例如 ws://192.168.1.20:10095。",
  "Address of the voice; {text} in it is what is to be said.": "语音合成的地址；其中的 {text} 代表要说的话。",
  "Address of a voiceprint API with its key: http://192.168.1.20:8005/voiceprint/health?key=…":
    "声纹接口的地址（含密钥）：http://192.168.1.20:8005/voiceprint/health?key=…",
  "Address of a NewsNow, up to the source's id: your own one, or the project's.":
    "NewsNow 的地址，写到来源编号之前：您自建的，或该项目的。",
  "Address of a SearXNG that gives JSON, or of a server that speaks as the provider does.":
    "能返回 JSON 的 SearXNG 的地址，或与所选服务兼容的服务器地址。",
  "Name of the provider in use, or several: each takes over where the one before fails.":
    "所用服务的名称；可写多个，前一个失败时由下一个接替。",
  "What remembers earlier conversations.": "由什么记住以前的对话。",
  "Seconds that the voice detector may take for a frame.": "语音检测处理一帧最多可以用多少秒。",
  "Variables of the bot's prompt": "机器人提示词中的变量",
  "Whether a wss:// server needs a good certificate; FunASR's own image has none.":
    "wss:// 服务器是否必须有可信证书；FunASR 官方镜像没有。",
  "Voice: slt is female, rms and awb are male, kal16 is robotic": "音色：slt 为女声，rms 和 awb 为男声，kal16 像机器人",
  "Name of the voice": "音色名称",
  "Name of the voice.": "音色名称。",
  "Name of the voice; the server's choice when empty.": "音色名称；留空由服务器选择。",
  "Whether a voice interrupts at once, where echo is cancelled; otherwise only words do.":
    "在已消除回声的设备上，人声是否立即打断；否则说出词语才打断。",
  "Who speaks, known by the voice.": "凭声音识别说话人。",
  "What a device says when it was called, in turn.": "设备被唤醒后轮流说的话。",
  "What devices send when somebody has called them.": "设备被唤醒时发送的词。",
  "Decoders, 30 MB each; default: one per core, two at most": "解码器数，每个占 30 MB；默认每核一个，最多两个",
  "Recognisers, each with the model in memory; others wait.": "识别器数，每个都在内存中载入模型；其余请求排队。",
  "Threads that speak; default: one per core, two at most": "合成线程数；默认每核一个，最多两个",
  "Sentences at once, each with the model in memory; others wait.":
    "同时合成的句数，每个都在内存中载入模型；其余排队。",
  "Feed of category world (国际).": "国际类新闻源。",
  "Ends the conversation when the user says goodbye.": "用户道别时结束对话。",
  "Tells the date and the time.": "告诉日期和时间。",
  "Tells the Chinese calendar: lunar date, festivals, solar terms, what a day is good for.":
    "告诉农历日期、节日、节气和宜忌。",
  "Takes another role when the user asks for it.": "按用户要求切换角色。",
  "Calls another device, so that two people can talk.": "呼叫另一台设备，让两人通话。",
  "Tells the weather now and on the days to come.": "告诉现在和未来几天的天气。",
  "Reminds at a time, or after a while.": "到某个时间或过一段时间后提醒。",
  "Says something on other devices.": "在其他设备上播报。",
  "Plays music of this computer.": "播放本机上的音乐。",
  "Tells the news of the sources that a NewsNow gathers.": "播报 NewsNow 汇集的新闻。",
  "Tells the news of RSS and Atom feeds.": "播报 RSS 和 Atom 新闻源的新闻。",
  "Searches the web.": "搜索网络。",
  "Looks things up in the documents of this server.": "在本服务器的文档中查找。",
  "Looks things up in the knowledge bases of a RAGFlow.": "在 RAGFlow 的知识库中查找。",
  "Tells how lamps and devices of Home Assistant are.": "告诉 Home Assistant 中灯和设备的状态。",
  "Switches and sets lamps and devices of Home Assistant.": "开关和调节 Home Assistant 中的灯和设备。",
  "Plays music on loudspeakers of Home Assistant.": "在 Home Assistant 的音箱上播放音乐。",
  "Name of a model that takes pictures: qwen-vl-plus, glm-4v-flash, gpt-4.1-mini":
    "能看图的模型名称，例如 qwen-vl-plus、glm-4v-flash、gpt-4.1-mini",
  "Longest answer in tokens": "回答最长多少词元",
  "How closely the picture is looked at, where one can say so": "看图的精细程度（在支持此设置的地方）",
  "Variables that it needs beside those that every program has: of the server's own it gets no others.":
    "除各程序都有的环境变量外还需要的变量；服务器自己的其他变量不会传给它。",
  "MiB of memory that it may take; left out, half of this computer's (2048 at least); 0: no limit.":
    "程序可用的内存（MiB）；不填则为本机的一半（至少 2048），0 为不限。",
  "Seconds of processor time that a sentence may take; 0: no limit.": "一句话可用的处理器时间（秒）；0 为不限。",
  "MiB of the largest file that it may write; 0: no limit.": "程序可写的最大文件（MiB）；0 为不限。",
};
