#!/usr/bin/env python3
"""Workload w4 in idiomatic PyTorch: texar's VAE-Transformer at half size (examples/vae_text, config_trans_yahoo).

Vocabulary 20,000, embedding and LSTM encoder of 256, z of 32, three pre-norm blocks of 256 with four heads and 1,024
inner units, z in a memory of one slot and in every embedding, 32 x 80 predicted tokens of Zipf text, dropout 0.2 on
embeddings and before the vocabulary, Adam 1e-3, joint clip 5. One JSON line on standard output; seconds are medians,
of the wall clock and of the process's own CPU time, which a busy machine hardly moves.

    python3 w4.py --threads 1
"""
import argparse
import json
import os
import resource
import statistics
import time

p = argparse.ArgumentParser()
p.add_argument("--threads", type=int, default=1)
p.add_argument("--steps", type=int, default=8)
p.add_argument("--warmup", type=int, default=2)
p.add_argument("--seed", type=int, default=1)
p.add_argument("--bf16", action="store_true", help="autocast of the forward pass to bfloat16")
a = p.parse_args()
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(a.threads)

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(a.threads)
V, H, Z, B, L = 20000, 256, 32, 32, 80
BLOCKS, HEADS, INNER = 3, 4, 1024


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.read, self.words, self.positions = nn.Embedding(V, H), nn.Embedding(V, H), nn.Embedding(L, H)
        self.encoder = nn.LSTM(H, H, batch_first=True)
        self.recognition = nn.Linear(H, 2 * Z, bias=False)
        self.memory = nn.Linear(Z, H, bias=False)
        self.latent = nn.Linear(Z, H, bias=False)
        block = nn.TransformerDecoderLayer(H, HEADS, INNER, dropout=0.0, batch_first=True, norm_first=True)
        self.decoder = nn.TransformerDecoder(block, BLOCKS, nn.LayerNorm(H))
        self.vocabulary = nn.Linear(H, V, bias=False)
        self.drop = nn.Dropout(0.2)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(L))

    def forward(self, x):
        _, (h, _) = self.encoder(self.read(x))
        mu, logvar = self.recognition(h[-1]).chunk(2, -1)
        z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
        e = self.drop(self.words(x[:, :-1])) + self.positions.weight + self.latent(z).unsqueeze(1)
        h = self.decoder(e, self.memory(z).unsqueeze(1), tgt_mask=self.mask, tgt_is_causal=True)
        rec = F.cross_entropy(self.vocabulary(self.drop(h)).flatten(0, 1), x[:, 1:].flatten(), reduction="sum")
        kl = 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum()
        return (rec + kl) / B, rec


torch.manual_seed(a.seed)
draw = np.random.RandomState(a.seed)
zipf = 1 / np.arange(1, V - 3)
data = []
for _ in range(4):
    x = draw.choice(V - 4, size=(B, L + 1), p=zipf / zipf.sum()) + 4
    x[:, 0], x[:, -1] = 2, 3
    data.append(torch.from_numpy(x))
model = VAE()
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
wall, cpu, losses = [], [], []
for i in range(a.warmup + a.steps):
    t, c = time.perf_counter(), time.process_time()
    with torch.autocast("cpu", torch.bfloat16, enabled=a.bf16):
        loss, rec = model(data[i % len(data)])
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimiser.step()
    losses.append(rec.item() / (B * L))
    if i >= a.warmup:
        wall.append(time.perf_counter() - t)
        cpu.append(time.process_time() - c)
s = statistics.median(wall)
print(json.dumps({
    "workload": "w4", "threads": a.threads, "torch": torch.__version__, "ms_per_step": round(1e3 * s, 1),
    "cpu_ms_per_step": round(1e3 * statistics.median(cpu), 1), "tokens_per_s": round(B * L / s, 1),
    "nats_per_token": [round(losses[0], 3), round(losses[-1], 3)],
    "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
}))
