#!/usr/bin/env python3
"""Compare an exported model in PyTorch with the run: `check.py OUT vectors.json`.

The tolerances: equal token ids, ln p(x|z,c) within 1e-3 nats, mean and standard deviation of the posterior within 1e-5.
Where PyTorch's own float32 is farther than a quarter of that from its float64, four times that distance is the tolerance:
bn divides by small deviations and multiplies by those of the prior, which are above 10 early in training. Then bn must
refuse one pair, five optimiser steps must lower the loss and move every parameter, and huggingface_hub must read the card. Last run with torch
2.15.0, tokenizers 0.23.3, safetensors 0.8.0 and huggingface_hub 2.4.0.
"""
import importlib.util
import json
import os
import sys

import torch

out, vectors = sys.argv[1:3]
os.environ["HF_HUB_OFFLINE"] = "1"
spec = importlib.util.spec_from_file_location("modeling_cvae", os.path.join(out, "modeling_cvae.py"))
m = importlib.util.module_from_spec(spec)
spec.loader.exec_module(m)
torch.set_num_threads(1)
model, tokenizer = m.load(out)
double, _ = m.load(out)
double.double()
s, own = model.s, 0.0
with open(vectors, encoding="utf-8") as f:
    pairs = json.load(f)
flat = lambda block: torch.tensor(block, dtype=torch.float64).flatten()
worst = {"log_prob": 0.0, "mean": 0.0, "std": 0.0, "kl": 0.0}
batch = ([], [], [], [])
with torch.no_grad():
    for v in pairs:
        ids = tokenizer.encode(v["response"], add_special_tokens=False).ids
        assert ids == v["ids"], (v["response"], ids, v["ids"])
        encoded, target = m.read(s, tokenizer, v["response"], s["decoder"]["tokens"])
        context, floor = m.read_context(s, tokenizer, v["context"]) if model.dialogue else ([], [])
        for part, x in zip(batch, (context, floor, encoded, target)):
            part.append(x)
        c, attended = model.encode([context], [floor])
        q, drawn, p = model.posterior(c, [encoded])
        kl = 0.5 * (p[1] - q[1] + (q[1].exp() + (q[0] - p[0]) ** 2) / p[1].exp() - 1).sum()
        _, exact, _ = double.posterior(double.encode([context], [floor])[0], [encoded])
        own = max(own, float((exact[0] - drawn[0]).abs().max()), float(((0.5 * exact[1]).exp() - (0.5 * drawn[1]).exp()).abs().max()))
        got = {
            "log_prob": model.log_prob(c, flat(v["z"]).float()[None], [target], attended)[0].double() - v["log_prob"],
            "mean": ((drawn[0][0].double() - flat(v["mean"])).abs()).max(),
            "std": (((0.5 * drawn[1][0].double()).exp() - flat(v["std"])).abs()).max(),
            "kl": kl.double() - v["kl"],
        }
        for key, x in got.items():
            worst[key] = max(worst[key], abs(float(x)))
    # A batch of pairs gives what each gives alone.
    n = 16
    c, attended = model.encode(batch[0][:n], batch[1][:n])
    z = torch.stack([flat(v["z"]).float() for v in pairs[:n]])
    together = model.log_prob(c, z, batch[3][:n], attended).double() - torch.tensor([v["log_prob"] for v in pairs[:n]])
    worst["log_prob"] = max(worst["log_prob"], float(together.abs().max()))
# A text that spells a special token is text, and one text is no list of turns.
assert not {m.PAD, m.START, m.END} & set(m.read(s, tokenizer, "a <pad> <s> </s> b", 9)[1][:-1])
try:
    m.read_context(s, tokenizer, "Hi")
    assert False, "one text was read as turns"
except TypeError:
    pass
most = max(1e-5, 4 * own)
assert worst["log_prob"] < 1e-3 and worst["mean"] < most and worst["std"] < most and worst["kl"] < 1e-3, (worst, own)

model.train()
if model.config["posterior"]["kind"] == "bn":  # one pair has no variance, and leaves the running one as it is
    try:
        model.loss(tokenizer, [(pairs[0]["context"], pairs[0]["response"])])
    except ValueError as e:
        assert "bn.min_batch" in str(e), e
    else:
        raise AssertionError("bn trains on one pair")
torch.manual_seed(1)
optimiser = torch.optim.Adam(model.parameters(), 1e-3)
before = {k: v.clone() for k, v in model.named_parameters()}
learnt = [(v["context"], v["response"]) for v in pairs[:32]]
losses = []
for _ in range(5):
    optimiser.zero_grad()
    loss = model.loss(tokenizer, learnt)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimiser.step()
    losses.append(float(loss.detach()))
still = [k for k, v in model.named_parameters() if torch.equal(before[k], v)]
assert all(torch.isfinite(torch.tensor(losses))) and losses[-1] < losses[0] and not still, (losses, still)
if model.dialogue:
    for turns in [], [""]:
        try:
            model.reply(tokenizer, turns)
        except ValueError as e:
            assert "no turn with a word" in str(e), e
        else:
            raise AssertionError(f"the context {turns} has a reply")
said = model.eval().reply(tokenizer, *([["how are you?"]] if model.dialogue else []), n=3)
if len(sys.argv) > 3:  # the trained model, for cvae import
    model.save(sys.argv[3])

from huggingface_hub import ModelCard, __version__ as hub  # noqa: E402

card = ModelCard.load(os.path.join(out, "README.md"))
results = card.data.eval_results or []
print(json.dumps({"pairs": len(pairs), "worst": worst, "float32": own, "losses": losses, "said": [text[:60] for text in said], "torch": torch.__version__, "huggingface_hub": hub,
                  "licence": card.data.license, "tags": card.data.tags, "metrics": {r.metric_type: r.metric_value for r in results}}, ensure_ascii=False))
