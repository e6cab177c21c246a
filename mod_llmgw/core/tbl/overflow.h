/* SPDX-License-Identifier: Apache-2.0 */
/* tbl/overflow.h - how upstreams say that a request is longer than the model's
 * context, and which numbers they give.
 *
 * C(pattern for a code or type)
 * W(pattern for the messages)
 * N(what a number is, the words before it, the words behind it)
 * Letter case does not count.  A number may have commas in it.
 * Sources: answers of the servers, and the vendors' pages on error codes
 * (OpenAI, Azure, Alibaba Model Studio, DeepSeek, Moonshot, Zhipu, MiniMax,
 * Volcengine, Mistral, xAI, Groq, Google, Anthropic, Bedrock, OpenRouter;
 * vLLM, SGLang, llama.cpp, Ollama, LM Studio; 2026-11).
 */
C("context_length_exceeded")            /* OpenAI and many */
C("exceed_context_size_error")          /* llama.cpp */
C("model_context_window_exceeded")
C("context_window_exceeded*")
C("ContextWindowExceededError")         /* LiteLLM */
C("string_above_max_length")            /* OpenAI: of one text */
C("1261")                               /* Zhipu */

W("*maximum context length*")           /* OpenAI, vLLM, DeepSeek, Mistral */
W("*maximum prompt length*")            /* xAI */
W("*context length*exceed*")
W("*exceed*context*length*")            /* Ollama, Groq */
W("*exceed*context*size*")              /* llama.cpp */
W("*exceed*context*window*")
W("*context*window*exceed*")            /* MiniMax */
W("*exceed*context*limit*")             /* Anthropic */
W("*exceeds the model's maximum context*")  /* SGLang */
W("*longer than the model's context*")
W("*greater than the context length*")  /* LM Studio */
W("*range of input length*")            /* Alibaba */
W("*prompt is too long*")               /* Anthropic */
W("*input is too long*")                /* Bedrock */
W("*prompt exceeds max length*")        /* Zhipu */
W("*prompt \xe8\xb6\x85\xe9\x95\xbf*")  /* Zhipu: too long */
W("*exceeded model token limit*")       /* Moonshot */
W("*input token length too long*")
W("*exceeds the maximum number of tokens allowed*")  /* Google */
W("*too large for model with*")         /* Mistral */
W("*exceed*max message tokens*")        /* Volcengine */
W("*reduce the length of the*")         /* OpenAI, vLLM, Groq */
W("*input tokens exceed*")              /* OpenAI's Responses */
W("*too many tokens*context*")

N(LIMIT,  "maximum context length is ", "")
N(LIMIT,  "maximum context length of ", "")
N(LIMIT,  "model with ", " maximum context length")     /* Mistral */
N(LIMIT,  "maximum prompt length is ", "")
N(LIMIT,  "context size (", "")
N(LIMIT,  "context length (", "")
N(LIMIT,  "context length of only ", "")        /* LM Studio */
N(LIMIT,  "context window of ", "")
N(LIMIT,  "context limit: ", " tokens")
N(LIMIT,  "token limit: ", "")
N(LIMIT,  "tokens allowed (", "")
N(LIMIT,  "length should be [1, ", "")
N(LIMIT,  "max message tokens: ", "")
N(LIMIT,  "> ", " maximum")                     /* Anthropic */
N(INPUT,  "prompt is too long: ", " tokens")
N(INPUT,  "prompt contains ", " tokens")        /* Mistral */
N(INPUT,  "prompt contains at least ", " input tokens") /* vLLM */
N(INPUT,  "request contains ", " tokens")       /* xAI */
N(INPUT,  "request has ", " input tokens")      /* vLLM */
N(INPUT,  "resulted in ", " tokens")            /* OpenAI */
N(INPUT,  "token count (", ")")                 /* Google */
N(INPUT,  "the input (", " tokens)")            /* SGLang */
N(INPUT,  "request (", " tokens)")              /* llama.cpp */
N(INPUT,  "tokens (", " in the messages")       /* OpenAI, DeepSeek */
N(INPUT,  "tokens (", " in your prompt")
N(INPUT,  "tokens (", " of text input")         /* OpenRouter */
N(INPUT,  "tokens: ", " tokens from the input") /* SGLang */
N(INPUT,  "initial prompt is ", " tokens")
N(OUTPUT, ", ", " in the completion")
N(OUTPUT, "; ", " for the completion")
N(OUTPUT, " and ", " tokens for the completion")
N(OUTPUT, ", ", " in the output")
N(TOTAL,  "you requested ", " tokens")
N(TOTAL,  "you requested about ", " tokens")
N(TOTAL,  "requested a total of ", " tokens")
