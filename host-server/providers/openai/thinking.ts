type Body = Readonly<Record<string, unknown>>;

interface Switch {
  readonly domain: RegExp;
  /** What to send for this model; nothing where a model has no such switch and refuses it. */
  readonly body: (model: string) => Body;
}

const always = (body: Body) => () => body;

/** What keeps models of these servers from thinking before they speak, which would cost seconds. */
const SWITCHES: readonly Switch[] = [
  { domain: /(^|\.)aliyuncs\.com$/, body: always({ enable_thinking: false }) },
  {
    domain: /(^|\.)(bigmodel\.cn|z\.ai|moonshot\.cn|moonshot\.ai|volces\.com|deepseek\.com)$/,
    body: always({ thinking: { type: "disabled" } }),
  },
  { domain: /^api\.openai\.com$/, body: ofOpenAi },
  { domain: /^generativelanguage\.googleapis\.com$/, body: ofGemini },
];

/** The part of a request that switches thinking off, where server and model are known to have one. */
export function withoutThinking(baseUrl: string, model: string): Body {
  const { hostname } = new URL(baseUrl);
  return SWITCHES.find(({ domain }) => domain.test(hostname))?.body(model) ?? {};
}

/** Only models that think know the member, and each generation another least. */
function ofOpenAi(model: string): Body {
  if (/^gpt-5(-|$)/.test(model)) return /chat/.test(model) ? {} : { reasoning_effort: "minimal" };
  if (/^gpt-([6-9]|5\.\d)/.test(model)) return /chat/.test(model) ? {} : { reasoning_effort: "none" };
  return /^o\d/.test(model) ? { reasoning_effort: "low" } : {};
}

/** Models from 2.5 think; only its flash models can be told not to, the others to be brief. */
function ofGemini(model: string): Body {
  if (/gemini-(1|2\.0)/.test(model)) return {};
  return { reasoning_effort: /gemini-2\.5-flash/.test(model) ? "none" : "low" };
}
