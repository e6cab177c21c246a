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
W("*.content*string too long*")         /* OpenAI: of one text */
W("*longer than the maximum model length*")     /* vLLM */
W("*when context the overflows*")       /* LM Studio */
W("*input length * exceeds the maximum length*")    /* Volcengine */
W("*max_seq_len (*")                    /* SiliconFlow */
W("*`inputs` must have less than*")     /* TGI */
W("*`inputs` tokens + `max_new_tokens` must be*")
W("*tokens in the prompt cannot exceed*")       /* Cohere */
W("*current length is * while limit is *")      /* Cerebras */
W("*prompt tokens too long*")           /* Baidu */

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
N(LIMIT,  "tokens allowed ", "")
N(LIMIT,  "maximum model length of ", "")       /* vLLM */
N(LIMIT,  "configured limit of ", " tokens")    /* Azure */
N(LIMIT,  "the maximum length ", "")            /* Volcengine */
N(LIMIT,  "max_seq_len (", ")")                 /* SiliconFlow */
N(LIMIT,  "must be <= ", "")                    /* TGI */
N(LIMIT,  "must have less than ", " tokens")
N(LIMIT,  "prompt cannot exceed ", "")          /* Cohere */
N(LIMIT,  "while limit is ", "")                /* Cerebras */
N(LIMIT,  "length should be [1, ", "")
N(LIMIT,  "max message tokens: ", "")
N(LIMIT,  "> ", "")                             /* Anthropic */
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
N(INPUT,  "context limit: ", " + ")             /* Anthropic */
N(INPUT,  "(length ", ")")                      /* vLLM */
N(INPUT,  "input length ", " exceeds")          /* Volcengine */
N(INPUT,  "prompt_tokens (", ")")               /* SiliconFlow */
N(INPUT,  "given: ", "")                        /* TGI */
N(INPUT,  "- received ", "")                    /* Cohere */
N(INPUT,  "current length is ", "")             /* Cerebras */
N(INPUT,  "keep the first ", " tokens")         /* LM Studio */
N(OUTPUT, ", ", " in the completion")
N(OUTPUT, ", and ", " in the completion")
N(OUTPUT, "; ", " for the completion")
N(OUTPUT, " and ", " tokens for the completion")
N(OUTPUT, ", ", " in the output")
N(OUTPUT, "is too large: ", ".")                /* vLLM */
N(OUTPUT, " + ", " > ")                         /* Anthropic */
N(OUTPUT, "tokens and ", " `max_new_tokens`")   /* TGI */
N(TOTAL,  "you requested ", " tokens")
N(TOTAL,  "you requested about ", " tokens")
N(TOTAL,  "requested a total of ", " tokens")
N(TOTAL,  "(requested: ", ")")                    /* Moonshot */
N(TOTAL,  "max_total_tokens (", ")")            /* SiliconFlow */
