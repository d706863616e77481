#!/usr/bin/env python3
"""Write cvae/run/pytorch/testdata/torch.json: what PyTorch makes of the models of the Go tests.

    go test ./cvae/run/pytorch -run TestExportIsWhatPyTorchReads -export /tmp/models
    python3 .ci/torch/freeze.py /tmp/models > cvae/run/pytorch/testdata/torch.json

Last written with torch 2.15.0.
"""
import importlib.util
import json
import os
import sys

import torch

folder = sys.argv[1]
with open(os.path.join(folder, "pair.json"), encoding="utf-8") as f:
    pair = json.load(f)
judged = {}
for name in sorted(n for n in os.listdir(folder) if n != "pair.json"):
    out = os.path.join(folder, name)
    spec = importlib.util.spec_from_file_location("modeling_cvae", os.path.join(out, "modeling_cvae.py"))
    m = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(m)
    model, tokenizer = m.load(out)
    row = {"shapes": {k: list(v.shape) for k, v in sorted(model.state_dict().items())},
           "ids": tokenizer.encode(pair["response"], add_special_tokens=False).ids}
    model.double()
    encoded, target = m.read(model.s, tokenizer, pair["response"], model.s["decoder"]["tokens"])
    with torch.no_grad():
        z = None
        c, attended = model.encode(*([x] for x in m.read_context(model.s, tokenizer, pair["context"]))) if model.dialogue else (None, None)
        row["mean"] = row["std"] = row["z"] = None
        if model.dim:
            _, drawn, _ = model.posterior(c, [encoded])
            row["mean"], row["std"] = drawn[0][0].tolist(), (0.5 * drawn[1][0]).exp().tolist()
            z = torch.tensor([[0.5, -1.0, 1.5]], dtype=torch.float64)
            row["z"] = z[0].tolist()
        row["log_prob"] = float(model.log_prob(c, z, [target], attended))
    judged[name] = row
print(json.dumps(judged, indent=1, ensure_ascii=False))
