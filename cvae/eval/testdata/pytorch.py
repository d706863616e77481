"""Writes pytorch.json: what PyTorch makes of four responses under tiny models.

Run with PyTorch 2.15: python3 pytorch.py > pytorch.json

The models are those of TestPyTorch: recurrent layers, batch normalisation,
softmax, densities and KL are PyTorch's, in float64. Nothing large is kept,
because both sides compute the parameters, element i of the parameter NAME being
0.6 sin(0.37 i + the sum of the bytes of NAME), and the draws of z.
"""

import json
import math
import sys

import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

WORDS, Z, E, H, K, SEED = 23, 3, 5, 8, 6, 12
START, END = 2, 3
GAMMA, EPSILON, MOMENTUM = 0.6, 1e-12, 0.1

# Turns of token ids; the responses are of different lengths, the shorter first.
DIALOGUES = [["5 9 12", "7", "4 8"], ["6 22", "10 11 5", "13 4 22 9"]]
SENTENCES = [["7"], ["4 8"], ["10 11 5"], ["13 4 22 9"]]

used = 0  # how many numbers all parameters are


def parameter(name, *shape):
    global used
    used += math.prod(shape)
    phase = sum(name.encode())
    values = [0.6 * math.sin(0.37 * i + phase) for i in range(math.prod(shape))]
    # The models of the other side hold float32.
    return torch.tensor(values, dtype=torch.float32).double().reshape(shape)


MASK = (1 << 64) - 1


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def normals(step, row, n):
    """n draws of N(0,1) for the evaluation, purpose 9: SplitMix64 and Box-Muller."""
    key = mix(SEED + 0x9E3779B97F4A7C15 & MASK)
    for part, factor in ((9, 0xBF58476D1CE4E5B9), (step, 0x94D049BB133111EB), (row, 0xD6E8FEB86659FD93)):
        key = mix(key ^ part * factor & MASK)
    counter = 0

    def uniform():
        nonlocal counter
        counter = counter + 0x9E3779B97F4A7C15 & MASK
        return (mix(counter ^ key) >> 11) * 2.0**-53

    draws = []
    for _ in range(n):
        radius = math.sqrt(-2 * math.log(1 - uniform()))
        draws.append(radius * math.cos(2 * math.pi * uniform()))
    return draws


def affine(name, x, out, bias=True):
    """A linear layer of the inputs side by side, with a weight of its own each."""
    weight = torch.cat([parameter(f"{name}.weight{i}", out, v.shape[1]) for i, v in enumerate(x)], 1)
    return F.linear(torch.cat(x, 1), weight, parameter(name + ".bias", out) if bias else None)


def recurrent(name, cell, inputs, hidden, extra=None):
    """A GRU or an LSTM; extra is the name of the weights of more inputs, of Z."""
    gates = {"gru": 3, "lstm": 4}[cell] * hidden
    weight = parameter(name + ".input", gates, inputs)
    if extra:
        weight = torch.cat([weight, parameter(extra, gates, Z)], 1)
    layer = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell](weight.shape[1], hidden, batch_first=True).double()
    layer.weight_ih_l0.data = weight
    layer.weight_hh_l0.data = parameter(name + ".state", gates, hidden)
    layer.bias_ih_l0.data = parameter(name + ".bias", gates)
    layer.bias_hh_l0.data = parameter(name + ".state_bias", gates) if cell == "gru" else torch.zeros(gates).double()
    return layer


def last(layer, x):
    """The last hidden state (H) of a sequence (T,E)."""
    return layer(x.unsqueeze(0))[0][0, -1]


def ids(turn, start):
    return torch.tensor([START] * start + [int(word) for word in turn.split()] + [END])


class Dialogue:
    """A hierarchical GRU that shares its embeddings and utterance encoder."""

    hidden, start = 6, False

    def __init__(self):
        self.words = parameter("turn.embedding", WORDS, E)
        self.utterance = recurrent("turn.forward", "gru", E, self.hidden)
        self.turns = recurrent("context", "gru", self.hidden, 7)
        self.decoder = recurrent("decoder", "gru", E, H, "decoder.latent")
        self.vocabulary = parameter("vocabulary.weight", WORDS, H), parameter("vocabulary.bias", WORDS)
        self.examples = [(d[:i], d[i]) for d in DIALOGUES for i in range(1, len(d))]

    def read(self, turn):
        return last(self.utterance, self.words[ids(turn, self.start)])

    def encode(self):
        """Mean and log-variance of the recognition and of the prior network."""
        response = torch.stack([self.read(r) for _, r in self.examples])
        self.context = torch.stack([last(self.turns, torch.stack([self.read(t) for t in c])) for c, _ in self.examples])
        hidden = torch.tanh(affine("recognition.hidden", [self.context, response], 4))
        before = torch.tanh(affine("prior.hidden", [self.context], 5))
        return [affine(f"{network}.{moment}", [x], Z) for network, x in (("recognition", hidden), ("prior", before))
                for moment in ("mean", "log_variance")]

    def states(self):
        """The first state of the decoder as a function of z (B,Z)."""
        weights = parameter("start.weight0", H, 7), parameter("start.weight1", H, Z)
        bias = parameter("start.bias", H)
        return lambda z: torch.tanh(F.linear(torch.cat([self.context, z], 1), torch.cat(weights, 1), bias))


class Text:
    """An LSTM autoencoder of sentences, its linear layers without a bias."""

    hidden, start = 6, True

    def __init__(self):
        self.words = parameter("decoder.embedding", WORDS, E)
        self.read_words = parameter("response.embedding", WORDS, E)
        self.utterance = recurrent("response.forward", "lstm", E, self.hidden)
        self.decoder = recurrent("decoder", "lstm", E, H, "decoder.latent")
        self.vocabulary = parameter("vocabulary.weight", WORDS, H), None
        self.examples = [([], d[0]) for d in SENTENCES]

    def encode(self):
        response = torch.stack([last(self.utterance, self.read_words[ids(r, self.start)]) for _, r in self.examples])
        mean, log_variance = (affine(f"recognition.{m}", [response], Z, bias=False) for m in ("mean", "log_variance"))
        return mean, log_variance, torch.zeros_like(mean), torch.zeros_like(mean)

    def states(self):
        weight = parameter("start.weight0", H, Z)

        def states(z):
            cell = F.linear(z, weight)
            return torch.tanh(cell), cell

        return states


def distortion(model, states, z):
    """-ln p(x|z,c) of every example, nats."""
    losses, state = [], states(z)
    for i, (_, response) in enumerate(model.examples):
        target = ids(response, False)
        read = model.words[torch.cat([torch.tensor([START]), target[:-1]])]
        x = torch.cat([read, z[i].expand(len(target), Z)], 1)
        pick = lambda s: s[i].reshape(1, 1, -1)
        first = tuple(map(pick, state)) if isinstance(state, tuple) else pick(state)
        hidden = model.decoder(x.unsqueeze(0), first)[0][0]
        losses.append(F.cross_entropy(F.linear(hidden, *model.vocabulary), target, reduction="sum"))
    return torch.stack(losses)


def case(name, config, model, conditional):
    global used
    used = 0
    model = model()
    mean, log_variance, prior_mean, prior_log_variance = model.encode()
    states, rows = model.states(), len(model.examples)
    prior = Normal(prior_mean, (prior_log_variance / 2).exp())
    shift = parameter("bn.beta", Z)
    running = [torch.zeros(Z).double(), torch.ones(Z).double()]

    def posterior(training):
        """q with normalised means. batch_norm moves the running statistics."""
        normalise = lambda x: F.batch_norm(x, *running, torch.full((Z,), GAMMA).double(), shift, training, MOMENTUM, EPSILON)
        std = (log_variance / 2).exp()
        if conditional == "residual":
            return Normal(prior.mean + prior.stddev * normalise((mean - prior.mean) / prior.stddev), std * prior.stddev)
        return Normal(normalise(mean), std)

    trained = posterior(True).mean
    q = posterior(False)
    noise = torch.tensor([normals(0, row, Z) for row in range(rows)]).double()
    rec = distortion(model, states, q.mean + q.stddev * noise)
    kl = kl_divergence(q, prior)
    noise = torch.tensor([[normals(row, 64 + k, Z) for row in range(rows)] for k in range(K)]).double()
    weights = []
    for z in q.mean + q.stddev * noise:
        weights.append((prior.log_prob(z) - q.log_prob(z)).sum(1) - distortion(model, states, z))
    flat = lambda x: [float(f"{v:.9g}") for v in x.flatten().tolist()]
    return {
        "name": name, "config": config, "conditional": conditional, "parameters": used,
        "dialogues": DIALOGUES if config != "text" else SENTENCES,
        "trained_mean": flat(trained), "running_mean": flat(running[0]), "running_variance": flat(running[1]),
        "mean": flat(q.mean), "log_variance": flat(2 * q.stddev.log()), "kl": flat(kl), "rec": flat(rec),
        "iw": flat(math.log(K) - torch.stack(weights).logsumexp(0)),
        "prior_kl": flat(kl_divergence(prior, Normal(0, 1)).sum(1)),
    }


version = torch.__version__.split("+")[0]
if version.rsplit(".", 1)[0] != "2.15":
    sys.exit("this needs PyTorch 2.15; version " + version + " is installed")
torch.set_num_threads(1)
with torch.no_grad():
    cases = [
        case("text", "text", Text, "paper"),
        case("dialogue, residual", "dialogue gru", Dialogue, "residual"),
        case("dialogue, the paper's form", "dialogue gru", Dialogue, "paper"),
    ]
print(json.dumps({"pytorch": version, "seed": SEED, "samples": K, "cases": cases}))
