"""Hermes's own table of providers (0.19.0): ids, aliases, variables and endpoints."""

from __future__ import annotations

from dataclasses import dataclass

OPENROUTER_URL = "https://openrouter.ai/api/v1"
CODEX_URL = "https://chatgpt.com/backend-api/codex"
ANTHROPIC_URL = "https://api.anthropic.com"


@dataclass(frozen=True, slots=True)
class Known:
    """A provider that takes an API key."""

    url: str
    keys: tuple[str, ...]
    """Variables that hold its key, the first that is set wins."""
    url_variable: str | None = None
    ours: str | None = None
    """Our word for it where Hermes's differs."""


API_KEY_PROVIDERS: dict[str, Known] = {
    "openai-api": Known("https://api.openai.com/v1", ("OPENAI_API_KEY",), "OPENAI_BASE_URL", "openai"),
    "lmstudio": Known("http://127.0.0.1:1234/v1", ("LM_API_KEY",), "LM_BASE_URL"),
    "gemini": Known(
        "https://generativelanguage.googleapis.com/v1beta",
        ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        "GEMINI_BASE_URL",
    ),
    "zai": Known(
        "https://api.z.ai/api/paas/v4", ("GLM_API_KEY", "ZAI_API_KEY", "Z_AI_API_KEY"), "GLM_BASE_URL"
    ),
    "kimi-coding": Known(
        "https://api.moonshot.ai/v1", ("KIMI_API_KEY", "KIMI_CODING_API_KEY"), "KIMI_BASE_URL", "moonshot"
    ),
    "kimi-coding-cn": Known("https://api.moonshot.cn/v1", ("KIMI_CN_API_KEY",), None, "moonshot"),
    "stepfun": Known("https://api.stepfun.ai/step_plan/v1", ("STEPFUN_API_KEY",), "STEPFUN_BASE_URL"),
    "arcee": Known("https://api.arcee.ai/api/v1", ("ARCEEAI_API_KEY",), "ARCEE_BASE_URL"),
    "gmi": Known("https://api.gmi-serving.com/v1", ("GMI_API_KEY",), "GMI_BASE_URL"),
    "minimax": Known("https://api.minimax.io/anthropic", ("MINIMAX_API_KEY",), "MINIMAX_BASE_URL"),
    "alibaba": Known(
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", ("DASHSCOPE_API_KEY",), "DASHSCOPE_BASE_URL"
    ),
    "alibaba-coding-plan": Known(
        "https://coding-intl.dashscope.aliyuncs.com/v1",
        ("ALIBABA_CODING_PLAN_API_KEY", "DASHSCOPE_API_KEY"),
        "ALIBABA_CODING_PLAN_BASE_URL",
    ),
    "minimax-cn": Known(
        "https://api.minimaxi.com/anthropic", ("MINIMAX_CN_API_KEY",), "MINIMAX_CN_BASE_URL", "minimax"
    ),
    "deepseek": Known("https://api.deepseek.com/v1", ("DEEPSEEK_API_KEY",), "DEEPSEEK_BASE_URL"),
    "xai": Known("https://api.x.ai/v1", ("XAI_API_KEY",), "XAI_BASE_URL"),
    "nvidia": Known("https://integrate.api.nvidia.com/v1", ("NVIDIA_API_KEY",), "NVIDIA_BASE_URL"),
    "opencode-zen": Known("https://opencode.ai/zen/v1", ("OPENCODE_ZEN_API_KEY",), "OPENCODE_ZEN_BASE_URL"),
    "opencode-go": Known("https://opencode.ai/zen/go/v1", ("OPENCODE_GO_API_KEY",), "OPENCODE_GO_BASE_URL"),
    "kilocode": Known("https://api.kilo.ai/api/gateway", ("KILOCODE_API_KEY",), "KILOCODE_BASE_URL"),
    "huggingface": Known("https://router.huggingface.co/v1", ("HF_TOKEN",), "HF_BASE_URL"),
    "xiaomi": Known("https://api.xiaomimimo.com/v1", ("XIAOMI_API_KEY",), "XIAOMI_BASE_URL"),
    "tencent-tokenhub": Known(
        "https://tokenhub.tencentmaas.com/v1", ("TOKENHUB_API_KEY",), "TOKENHUB_BASE_URL"
    ),
    "ollama-cloud": Known("https://ollama.com/v1", ("OLLAMA_API_KEY",), "OLLAMA_BASE_URL", "ollama"),
}
"""In the order in which Hermes looks for one when no provider is named (anthropic stands before alibaba)."""

OPAQUE = {
    "nous",
    "xai-oauth",
    "qwen-oauth",
    "minimax-oauth",
    "copilot",
    "copilot-acp",
    "bedrock",
    "azure-foundry",
    "vertex",
    "moa",
}
"""Providers whose credentials Hermes makes or fetches itself: files say nothing of them."""

ALIASES = {
    "glm": "zai",
    "z-ai": "zai",
    "z.ai": "zai",
    "zhipu": "zai",
    "google": "gemini",
    "google-gemini": "gemini",
    "google-ai-studio": "gemini",
    "x-ai": "xai",
    "x.ai": "xai",
    "grok": "xai",
    "x-ai-oauth": "xai-oauth",
    "grok-oauth": "xai-oauth",
    "xai-grok-oauth": "xai-oauth",
    "kimi": "kimi-coding",
    "kimi-for-coding": "kimi-coding",
    "moonshot": "kimi-coding",
    "kimi-cn": "kimi-coding-cn",
    "moonshot-cn": "kimi-coding-cn",
    "step": "stepfun",
    "stepfun-coding-plan": "stepfun",
    "arcee-ai": "arcee",
    "arceeai": "arcee",
    "gmi-cloud": "gmi",
    "gmicloud": "gmi",
    "minimax-china": "minimax-cn",
    "minimax_cn": "minimax-cn",
    "minimax-portal": "minimax-oauth",
    "minimax-global": "minimax-oauth",
    "minimax_oauth": "minimax-oauth",
    "alibaba_coding": "alibaba-coding-plan",
    "alibaba-coding": "alibaba-coding-plan",
    "alibaba_coding_plan": "alibaba-coding-plan",
    "claude": "anthropic",
    "claude-code": "anthropic",
    "github": "copilot",
    "github-copilot": "copilot",
    "github-models": "copilot",
    "github-model": "copilot",
    "github-copilot-acp": "copilot-acp",
    "copilot-acp-agent": "copilot-acp",
    "opencode": "opencode-zen",
    "zen": "opencode-zen",
    "qwen-portal": "qwen-oauth",
    "qwen-cli": "qwen-oauth",
    "hf": "huggingface",
    "hugging-face": "huggingface",
    "huggingface-hub": "huggingface",
    "mimo": "xiaomi",
    "xiaomi-mimo": "xiaomi",
    "tencent": "tencent-tokenhub",
    "tokenhub": "tencent-tokenhub",
    "tencent-cloud": "tencent-tokenhub",
    "tencentmaas": "tencent-tokenhub",
    "aws": "bedrock",
    "aws-bedrock": "bedrock",
    "amazon-bedrock": "bedrock",
    "amazon": "bedrock",
    "go": "opencode-go",
    "opencode-go-sub": "opencode-go",
    "kilo": "kilocode",
    "kilo-code": "kilocode",
    "kilo-gateway": "kilocode",
    "lm-studio": "lmstudio",
    "lm_studio": "lmstudio",
    "ollama": "custom",
    "ollama_cloud": "ollama-cloud",
    "vllm": "custom",
    "llamacpp": "custom",
    "llama.cpp": "custom",
    "llama-cpp": "custom",
    "google-vertex": "vertex",
    "vertex-ai": "vertex",
    "gcp-vertex": "vertex",
    "vertexai": "vertex",
}

API_MODES = {"chat_completions", "codex_responses", "anthropic_messages", "bedrock_converse"}

_OURS = {"openai": "openai-api", "moonshot": "kimi-coding", "kimi": "kimi-coding", "ollama": "custom"}


def canonical(name: str) -> str | None:
    """Hermes's id for a provider of any spelling; None when it knows none such."""
    word = name.strip().lower()
    word = ALIASES.get(word, word)
    known = word in API_KEY_PROVIDERS or word in OPAQUE
    return word if known or word in {"anthropic", "openrouter", "openai-codex", "custom"} else None


def ours(native: str) -> str:
    """Our word for one of Hermes's ids."""
    if native == "openai-codex":
        return "openai"
    known = API_KEY_PROVIDERS.get(native)
    return (known.ours if known else None) or native


def native_of(provider: str) -> str | None:
    """Hermes's id for one of our providers."""
    return canonical(_OURS.get(provider, provider))


def public_url(native: str) -> str | None:
    """Where Hermes sends requests to this provider when nobody says otherwise."""
    fixed = {"openrouter": OPENROUTER_URL, "openai-codex": CODEX_URL, "anthropic": ANTHROPIC_URL}
    known = API_KEY_PROVIDERS.get(native)
    return known.url if known else fixed.get(native)
