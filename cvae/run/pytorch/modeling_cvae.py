"""A conditional variational autoencoder in PyTorch, rebuilt from what `cvae export` wrote.

    p(x|c) = integral of p(x|z,c) p(z|c) dz      c: the context, x: the response; in text mode p(z) = N(0, I)
    import modeling_cvae; model, tokenizer = modeling_cvae.load("OUT")
    print(model.reply(tokenizer, ["How was your day?"], n=5))    # tokens joined by spaces; cvae reply spells them
    model.train().loss(tokenizer, pairs).backward()    # pairs: [(["How was your day?"], "Fine."), ...]; README.md trains so
    model.save("TRAINED")                        # then: cvae import TRAINED RUN
It needs torch, safetensors and tokenizers. Shared word embeddings stand in the state once."""
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

PAD, UNK, START, END, WEIGHTS = *range(4), "model.safetensors"  # pad, unknown, <s> and </s>
BESIDE = "config.json", "generation_config.json", "tokenizer.json", "README.md", "LICENSES", "modeling_cvae.py"


def recurrent(cell, inputs, hidden, both=False):
    """Gate order is PyTorch's: a GRU has r, z, n, and its n = tanh(W x + b_i + r * (U h + b_h)); an LSTM has i, f, g, o.
    cvae has one bias for an LSTM: it is bias_ih, and bias_hh is 0 when it leaves; import adds the two."""
    return {"gru": nn.GRU, "lstm": nn.LSTM}[cell](inputs, hidden, batch_first=True, bidirectional=both)


class Reader(nn.Module):
    """The utterance encoder: the pooled states of a recurrent layer, forwards features before backwards ones."""
    def __init__(self, vocabulary, encoder):
        super().__init__()
        self.pool, self.embedding = encoder["pool"], nn.Embedding(vocabulary, encoder["embedding"])
        self.rnn = recurrent(encoder["cell"], encoder["embedding"], encoder["hidden"], encoder["bidirectional"])

    def forward(self, utterances):
        """Lists of ids -> (N, width), and the states after each word (N, T, width)."""
        lengths, words = torch.tensor([len(u) for u in utterances]), self.embedding(pad(utterances, self.embedding.weight))
        states, last = self.rnn(pack_padded_sequence(words, lengths, batch_first=True, enforce_sorted=False))
        states, _ = pad_packed_sequence(states, batch_first=True)
        if self.pool == "last":
            return torch.cat(list(last[0] if isinstance(last, tuple) else last), -1), states
        inside = (torch.arange(states.shape[1])[None] < lengths[:, None]).to(states.device)[..., None]
        if self.pool == "max":
            return states.masked_fill(~inside, -torch.inf).max(1).values, states
        return (states * inside).sum(1) / lengths.to(states)[:, None], states


class Head(nn.Module):
    """Features -> mean and log-variance of a diagonal Gaussian, through tanh units where there are some."""
    def __init__(self, inputs, hidden, dim, bias):
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden) if hidden else None
        self.mean, self.log_variance = (nn.Linear(hidden or inputs, dim, bias=bias) for _ in range(2))

    def forward(self, x):
        return self.mean(x := torch.tanh(self.hidden(x)) if self.hidden else x), self.log_variance(x)


class CVAE(nn.Module):
    def __init__(self, config, folder="."):
        super().__init__()
        self.config, self.folder, s, v = config, folder, config["settings"], config["vocab_size"]
        self.s, self.d, e, d, l, h = s, s["decoder"], s["encoder"], s["decoder"], s["latent"], s["decoder"]["hidden"]
        self.dialogue, self.dim = s["mode"] == "dialogue" and config["context"], l["dim"] if config["latent"] else 0
        self.residual = self.dialogue and config["posterior"].get("coordinates") == "residual"
        self.turn = self.response = self.age = self.start = None
        width, c, bag = e["hidden"] * (2 if e["bidirectional"] else 1), 0, d.get("bag_of_words")
        if self.dialogue:
            c, self.turn = s["context"]["hidden"], Reader(v, e)
            self.age = nn.Embedding(s["context"]["turns"], width) if d.get("attention") == "context" else None
            self.context = recurrent(e["cell"], width + (2 if s["context"]["floor"] else 0), c)
        if self.dim:
            self.response = None if self.dialogue and e["share"] else Reader(v, e)
            self.prior = Head(c, l["prior"], self.dim, l["bias"]) if self.dialogue else None
            self.recognition = Head(c + width, l["recognition"], self.dim, l["bias"])
        self.decoder = nn.Module()
        self.decoder.embedding = None if d["share_embedding"] and c + self.dim else nn.Embedding(v, e["embedding"])
        self.every_step = self.dim > 0 and (d["latent_every_step"] or config["skip"])
        self.decoder.rnn = recurrent(d["cell"], e["embedding"] + (self.dim if self.every_step else 0), h)
        if self.age:
            sizes = {"query": (h, width), "hidden": (h, h), "looked": (width, h)}
            self.decoder.attention = nn.ModuleDict({name: nn.Linear(*n, bias=False) for name, n in sizes.items()})
        self.start = nn.Linear(c + self.dim, h, bias=d["bias"]) if c + self.dim else None
        self.vocabulary = nn.Linear(h + (self.dim if config["skip"] else 0), v, bias=d["bias"])
        if config["bag_of_words"]:
            self.bag = nn.ModuleDict({"hidden": nn.Linear(c + self.dim, bag), "output": nn.Linear(bag, v)})
        self.method = nn.ParameterDict({name: torch.zeros(n) for name, n in config["method_parameters"].items()})
        for name, n in config["method_buffers"].items():
            self.method.register_buffer(name, torch.zeros(n))

    def encode(self, contexts, floors=None):
        """Of contexts, lists of turns of ids: c (B, H), and for a decoder with attention the states of the words of each
        (N, width), plus the vector of the age of their turn. Floors say of a turn whether who responds spoke it (1) or not."""
        if not self.dialogue:
            return None, None
        if not all(contexts):
            raise ValueError("a context has no turn with a word in it")
        (turns, states), words, lengths = self.turn(sum(contexts, [])), None, [len(context) for context in contexts]
        if self.age:
            words = [torch.cat([s[: len(t)] + age for s, t, age in zip(of, context, self.age.weight[: len(context)].flip(0))])
                     for of, context in zip(states.split(lengths), contexts)]
        if self.s["context"]["floor"]:
            turns = torch.cat([turns, nn.functional.one_hot(torch.tensor(sum(floors, [])), 2).to(turns)], -1)
        rows = pad_sequence(turns.split(lengths), batch_first=True)
        _, last = self.context(pack_padded_sequence(rows, torch.tensor(lengths), batch_first=True, enforce_sorted=False))
        return (last[0] if isinstance(last, tuple) else last)[0], words

    def prior_of(self, c, n):
        """Mean and log-variance of p(z|c), (n, Z) each."""
        return self.prior(c) if self.dialogue else (self.vocabulary.weight.new_zeros(n, self.dim),) * 2

    def posterior(self, c, responses):
        """(mean, log-variance) of q, which the rate charges, of what z is drawn from, and of the prior.
        The network's mean m is read relative to the prior, u = (m - mu_p) / sigma_p, where coordinates are residual; there
        q = N(mu_p + sigma_p u, sigma_p^2 sigma^2). A plain posterior has u = m, and so has text mode.
        bn: u = gamma (u - running_mean) / sqrt(running_variance + epsilon) + beta; in training by the batch, whose unbiased
        variance moves the running one with the momentum. bn v2 normalises the second output s, too, as the standard deviation.
        scale: z is drawn from f (u - centre) and charged at u. f is `factor`, that of the last epoch or calibration, and
        stays as it is while you train here; generator_mean and generator_variance are moments of what training drew."""
        mean, logvar = self.recognition(joined(c, (self.response or self.turn)(responses)[0]))
        prior, m, o = self.prior_of(c, len(responses)), self.method, self.config["posterior"]
        if self.residual:
            mean = (mean - prior[0]) / (0.5 * prior[1]).exp()
        if o["kind"] == "bn":
            mean = self.standardised(mean, "running_mean", "running_variance")
            if o["version"] == "v2":
                std = self.standardised(logvar, "std_running_mean", "std_running_variance")
                mean = mean * torch.sqrt(o["tau"] + (1 - o["tau"]) * torch.sigmoid(m.theta))
                logvar = torch.log((std ** 2 + 1e-6) * (1 - o["tau"]) * torch.sigmoid(-m.theta))
            else:
                mean = o["gamma"] * mean + (m.beta if hasattr(m, "beta") else o["beta"])
        drawn = (mean - getattr(m, "centre", 0.0)) * m.factor if o["kind"] == "scale" else mean
        back = lambda x: (prior[0] + (0.5 * prior[1]).exp() * x, prior[1] + logvar) if self.residual else (x, logvar)
        return back(mean), back(drawn), prior

    def standardised(self, x, mean, variance):
        o, running, spread = self.config["posterior"], getattr(self.method, mean), getattr(self.method, variance)
        if not self.training:
            return (x - running) / torch.sqrt(spread + o["epsilon"])
        if len(x) < o["min_batch"]:  # the variance of one pair is no number
            raise ValueError(f"a batch of size {len(x)}; bn trains on at least {o['min_batch']} pairs at once (bn.min_batch)")
        running.lerp_(x.detach().mean(0), o["momentum"])
        spread.lerp_(x.detach().var(0, unbiased=True), o["momentum"])
        return (x - x.mean(0)) / torch.sqrt(x.var(0, unbiased=False) + o["epsilon"])

    def draw(self, c, n, spread=1.0, generator=None):
        """z (n, Z) as replies draw it: from p(z|c), and of scale from f times that or from N(m, v) relative to it."""
        (mean, logvar), m = self.prior_of(c, n), self.method
        std, eps = (0.5 * logvar).exp(), spread * torch.randn(n, self.dim, generator=generator).to(mean)
        if self.config["posterior"]["kind"] != "scale":
            return mean + std * eps
        if self.dialogue and not self.residual:
            return m.factor * (mean + std * eps)
        shift, f = (m.generator_mean, m.generator_variance.sqrt()) if hasattr(m, "generator_mean") else (0.0, m.factor)
        return mean + std * (shift + f * eps)

    def begin(self, c, z, n):
        """What the decoder starts from: the state of a GRU; the cell of an LSTM, whose state is its tanh."""
        h = self.start(joined(c, z)) if self.start else self.vocabulary.weight.new_zeros(n, self.d["hidden"])
        h = torch.tanh(h) if self.d["start_tanh"] else h
        return (torch.tanh(h)[None], h[None]) if self.d["cell"] == "lstm" else h[None].contiguous()

    def attend(self, states, words):
        """Luong, Pham and Manning 2015, "general", equations 5, 7 and 8: a_t = sum_i softmax_i(h_t W_q s_i) s_i over the
        words of the context, and tanh(W_h h_t + W_a a_t) stands for h_t (B, T, H)."""
        a = self.decoder.attention
        looked = torch.stack([torch.softmax(q @ s.T, -1) @ s for q, s in zip(a["query"](states), words)])
        return torch.tanh(a["hidden"](states) + a["looked"](looked))

    def logits(self, words, z, state, attended=None):
        """Logits (B, T, V) of what follows each of words (B, T); attended is the second result of encode."""
        x = (self.decoder.embedding or (self.turn or self.response).embedding)(words)
        x = nn.functional.dropout(x, self.d["dropout_in"], self.training)
        latent = z[:, None].expand(-1, words.shape[1], -1) if z is not None else None
        h, state = self.decoder.rnn(joined(x, latent if self.every_step else None), state)
        h = nn.functional.dropout(self.attend(h, attended) if self.age else h, self.d["dropout_out"], self.training)
        return self.vocabulary(joined(h, latent if self.config["skip"] else None)), state

    def log_prob(self, c, z, targets, attended=None):
        """ln p(x|z,c) in nats (B) of responses of ids, </s> included; c and z are None where the model has none."""
        words = pad([[START] + t[:-1] for t in targets], self.vocabulary.weight)
        logits, _ = self.logits(words, z, self.begin(c, z, len(targets)), attended)
        return -nn.functional.cross_entropy(logits.transpose(1, 2), pad(targets, logits, -100), reduction="none").sum(-1)

    def loss(self, tokenizer, pairs, beta=1.0):
        """Mean over pairs of a list of turns (none in text mode) and a response of -ln p(x|z,c) + beta KL(q||p), in nats."""
        contexts, floors = zip(*(read_context(self.s, tokenizer, turns) for turns, _ in pairs))
        encoded, targets = zip(*(read(self.s, tokenizer, response, self.d["tokens"]) for _, response in pairs))
        (c, attended), z, kl = self.encode(contexts, floors), None, torch.zeros(())
        if self.dim:
            q, drawn, p = self.posterior(c, encoded)
            z = drawn[0] + (0.5 * drawn[1]).exp() * torch.randn_like(drawn[0])
            kl = 0.5 * (p[1] - q[1] + (q[1].exp() + (q[0] - p[0]) ** 2) / p[1].exp() - 1).sum(-1)
        loss = (beta * kl - self.log_prob(c, z, targets, attended)).mean()
        if self.config["bag_of_words"]:
            bag = self.bag["output"](torch.tanh(self.bag["hidden"](joined(c, z)))).log_softmax(-1)
            loss = loss - self.config["bag_of_words"] * torch.stack([b[t].sum() for b, t in zip(bag, targets)]).mean()
        return loss

    @torch.no_grad()
    def reply(self, tokenizer, turns=(), n=5, seed=1):
        """n responses (1 or more), each from a z of its own and decoded greedily."""
        c, attended = self.encode(*([x] * n for x in read_context(self.s, tokenizer, turns)))
        z = self.draw(c, n, generator=torch.Generator().manual_seed(seed)) if self.dim else None
        state, words, said = self.begin(c, z, n), torch.full((n, 1), START), []
        for _ in range(self.d["tokens"] - 1):
            logits, state = self.logits(words.to(self.vocabulary.weight.device), z, state, attended)
            logits[..., [PAD, UNK, START]] = -torch.inf
            said.append(words := logits.argmax(-1))
        return [tokenizer.decode(r[: r.index(END)] if END in r else r) for r in torch.cat(said, 1).tolist()]

    def save(self, folder):
        """Writes the weights to a folder and, where it is another than that of load, the files that stand beside them."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path in () if Path(folder).samefile(self.folder) else filter(Path.is_file, (Path(self.folder, n) for n in BESIDE)):
            shutil.copy(path, folder)
        save_file({k: v.contiguous() for k, v in self.state_dict().items()}, Path(folder, WEIGHTS), {"format": "pt"})


def pad(lists, like, value=PAD):
    return pad_sequence([torch.tensor(x) for x in lists], batch_first=True, padding_value=value).to(like.device)


def joined(*parts):
    return torch.cat([x for x in parts if x is not None], -1)


def read(settings, tokenizer, text, most):
    """The ids of a text, (as an encoder reads them, as the decoder predicts them); most counts </s>. A spelt </s> is unknown."""
    ids = [i if i > END else UNK for i in tokenizer.encode(text, add_special_tokens=False).ids[: most - 1]]
    return [START] * settings["encoder"]["start"] + ids + [END], ids + [END]


def read_context(settings, tokenizer, turns):
    """The latest turns that have a word, and for each whether who responds spoke it; speakers alternate."""
    if isinstance(turns, str):
        raise TypeError(f"the turns of a context are a list of texts, such as [{turns!r}], and not one text")
    read_all = [read(settings, tokenizer, turn, settings["context"]["tokens"]) for turn in turns]
    kept = [i for i in range(len(turns)) if len(read_all[i][1]) > 1][-settings["context"]["turns"]:]
    return [read_all[i][0] for i in kept], [(len(turns) - i) % 2 ^ 1 for i in kept]


def load(folder):
    """The model, in evaluation mode, and its tokenizer."""
    model = CVAE(json.loads(Path(folder, "config.json").read_text("utf-8")), folder)
    model.load_state_dict(load_file(Path(folder, WEIGHTS)))
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(Path(folder, "tokenizer.json")))
    tokenizer.encode_special_tokens = True  # a text that spells a special token is text
    return model.eval(), tokenizer
