"""llama.cpp's server with a model of random weights, which is made on the
spot: llama_server.py PORT DIRECTORY."""
import pathlib
import signal
import sys

import gguf
import numpy
import xllamacpp

WIDTH, HEADS, INNER = 64, 2, 128
TOKENS = ["<unk>", "<s>", "</s>", *(f"<0x{i:02X}>" for i in range(256)),
          *(chr(c) for c in range(33, 127)), "\u2581"]


def write_model(path):
    w = gguf.GGUFWriter(str(path), "llama")
    w.add_context_length(2048)
    w.add_embedding_length(WIDTH)
    w.add_block_count(1)
    w.add_feed_forward_length(INNER)
    w.add_head_count(HEADS)
    w.add_head_count_kv(HEADS)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_rope_dimension_count(WIDTH // HEADS)
    w.add_vocab_size(len(TOKENS))
    w.add_tokenizer_model("llama")
    w.add_token_list(TOKENS)
    w.add_token_scores([0.0] * len(TOKENS))
    kind = gguf.TokenType
    w.add_token_types([kind.UNKNOWN, kind.CONTROL, kind.CONTROL,
                       *[kind.BYTE] * 256,
                       *[kind.NORMAL] * (len(TOKENS) - 259)])
    w.add_unk_token_id(0)
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    random = numpy.random.default_rng(1)

    def tensor(name, *shape):
        w.add_tensor(name, random.normal(0, 0.5, shape).astype("float32"))

    def ones(name):
        w.add_tensor(name, numpy.ones(WIDTH, "float32"))

    tensor("token_embd.weight", len(TOKENS), WIDTH)
    tensor("output.weight", len(TOKENS), WIDTH)
    ones("output_norm.weight")
    ones("blk.0.attn_norm.weight")
    ones("blk.0.ffn_norm.weight")
    for part in ("q", "k", "v", "output"):
        tensor(f"blk.0.attn_{part}.weight", WIDTH, WIDTH)
    tensor("blk.0.ffn_gate.weight", INNER, WIDTH)
    tensor("blk.0.ffn_up.weight", INNER, WIDTH)
    tensor("blk.0.ffn_down.weight", WIDTH, INNER)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def main(port, directory):
    path = pathlib.Path(directory) / "tiny.gguf"
    write_model(path)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames, params.port = ["127.0.0.1"], int(port)
    params.n_ctx, params.n_parallel = 2048, 1
    params.cpuparams.n_threads = 1
    params.ui = False
    params.warmup = False
    server = xllamacpp.Server(params)
    print("listens at", server.listening_address, flush=True)
    signal.pause()


main(*sys.argv[1:])
