"""Writes foreign/*.json and foreign.json: tokenizers of Hugging Face's library, and
what it makes of texts.json with them and with bpe.json, which this package wrote.

    pip install tokenizers==0.23.3
    python foreign.py

Text that spells a special token is encoded as text, as this package does, and
post-processors add nothing. bpe.json is checked to be what the library's own
trainer makes of the same texts.
"""

import json
import pathlib

import tokenizers
from tokenizers import AddedToken, Tokenizer
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

here = pathlib.Path(__file__).parent
texts = json.loads((here / "texts.json").read_text("utf-8"))
learned = [t for i, t in enumerate(texts) if i % 5 != 4]  # so that some words are unknown
alphabet = pre_tokenizers.ByteLevel.alphabet()


def byte_level(specials, prefix, unk=None):
    t = Tokenizer(models.BPE(unk_token=unk))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(learned, trainers.BpeTrainer(vocab_size=500, initial_alphabet=alphabet, special_tokens=specials, show_progress=False))
    return t


def gpt2():
    t = byte_level([], False)
    t.add_special_tokens(["<|endoftext|>"])  # the last id, as in GPT-2
    t.post_processor = processors.ByteLevel(trim_offsets=False)
    return t


def roberta():
    specials = ["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True)]
    t = byte_level(specials, True, "<unk>")
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    t.enable_truncation(512)
    return t


def bpe_nfd():
    t = byte_level(["<unk>", "<eos>"], False)
    t.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    return t


def bert(lowercase, strip, chinese):
    t = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=40))
    t.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=chinese, strip_accents=strip, lowercase=lowercase)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece(prefix="##")
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t.train_from_iterator(learned, trainers.WordPieceTrainer(vocab_size=500, special_tokens=specials, show_progress=False))
    t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    t.enable_padding(pad_id=0, pad_token="[PAD]")
    return t


def word_level(normalizer, pre_tokenizer, unk, specials):
    t = Tokenizer(models.WordLevel(unk_token=unk))
    t.normalizer, t.pre_tokenizer = normalizer, pre_tokenizer
    t.train_from_iterator(learned, trainers.WordLevelTrainer(vocab_size=300, special_tokens=specials, show_progress=False))
    return t


def check_trainer(bpe):
    t = Tokenizer(models.BPE())
    t.normalizer, t.pre_tokenizer = bpe.normalizer, bpe.pre_tokenizer
    specials = ["<pad>", "<unk>", "<s>", "</s>"]
    size = bpe.get_vocab_size()
    t.train_from_iterator(learned, trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, special_tokens=specials, show_progress=False))
    ours, theirs = (json.loads(x.to_str())["model"] for x in (bpe, t))
    assert ours["merges"] == theirs["merges"] and ours["vocab"] == theirs["vocab"]


def ids(t):
    t.no_truncation()
    t.no_padding()
    t.encode_special_tokens = True
    return [t.encode(s, add_special_tokens=False).ids for s in texts]


N, P = normalizers, pre_tokenizers
built = {
    "gpt2": gpt2(),
    "roberta": roberta(),
    "bpe-nfd": bpe_nfd(),
    "bert-uncased": bert(True, None, True),
    "bert-cased": bert(False, False, False),
    "bert-accents": bert(True, False, True),
    "words-bert": word_level(N.BertNormalizer(), P.BertPreTokenizer(), "[UNK]", ["[UNK]", "[PAD]"]),
    "words-space": word_level(None, P.WhitespaceSplit(), "<unk>", ["<eos>", "<unk>"]),
    "words-strip": word_level(N.Sequence([N.NFD(), N.StripAccents(), N.NFC(), N.Lowercase()]), P.Whitespace(), "<unk>", ["<unk>"]),
}
result = {"tokenizers": tokenizers.__version__, "ids": {}}
for name, t in built.items():
    (here / "foreign" / f"{name}.json").write_text(t.to_str(), "utf-8")
    result["ids"][name] = ids(t)
old = json.loads(built["gpt2"].to_str())  # as files were before 2020
old["model"]["merges"] = [" ".join(m) for m in old["model"]["merges"]]
del old["model"]["type"], old["pre_tokenizer"]["use_regex"], old["model"]["byte_fallback"], old["model"]["ignore_merges"]
(here / "foreign" / "gpt2-old.json").write_text(json.dumps(old, ensure_ascii=False), "utf-8")
result["ids"]["gpt2-old"] = ids(Tokenizer.from_file(str(here / "foreign" / "gpt2-old.json")))
if (here / "bpe.json").exists():
    bpe = Tokenizer.from_file(str(here / "bpe.json"))
    assert bpe.to_str(pretty=True) == (here / "bpe.json").read_text("utf-8")
    check_trainer(bpe)
    result["ids"]["bpe"] = ids(bpe)
    assert [bpe.decode(i) for i in result["ids"]["bpe"]] == texts
text = json.dumps(result, ensure_ascii=False).replace("]], ", "]],\n").replace("], [", "],\n[")
(here / "foreign.json").write_text(text + "\n", "utf-8")
