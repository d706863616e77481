"""Writes scripts/*.json, scripts.json and scripts.ids.json: 500 sentences in ten scripts, tokenizers of
Hugging Face's library in the forms of T5 and XLM-R (Unigram), LLaMA (BPE with byte fallback),
LLaMA 3 and Qwen (Split and ByteLevel) and GPT-NeoX (added runs of spaces), and what they make of the sentences.

    pip install tokenizers==0.23.3 sentencepiece protobuf
    python scripts.py

The sentences are put together from words below. Text that spells a special token is text.
"""

import json
import pathlib
import random
import unicodedata

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

here = pathlib.Path(__file__).parent
draw = random.Random(16)
N, P = normalizers, pre_tokenizers

scripts = {
    "Latin": "we the soup is ready don't café naïve Größe señor 3rd 1,000 it's you'll I'VE œuvre ﬁne ½ e-mail A.B.C. Čeština",
    "Cyrillic": "мы суп готов не знаю почему ёлка Москва 2024 г. ещё щука объект її країна",
    "Greek": "η σούπα είναι έτοιμη δεν ξέρω γιατί Αθήνα ΌΧΙ μου ᾧ 15 λεπτά",
    "Arabic": "الحساء جاهز لا أعرف لماذا كتاب مدرسة ١٢٣ می‌خواهم کتاب‌ها نمی‌دانید السَّلامُ",
    "Hebrew": "המרק מוכן אני לא יודע למה ירושלים צה״ל 7 שָׁלוֹם",
    "Devanagari": "सूप तैयार है मुझे नहीं पता क्यों किताब क्षत्रिय १२ ज्ञान श्री",
    "Thai": "ซุปพร้อมแล้ว ฉันไม่รู้ว่าทำไม กรุงเทพ ๕๐ น้ำ ที่นี่ ครับ",
    "Han": "汤好了 我不知道为什么 北京 东京都 今日は良い天気 ラーメン ですね 𠮷野家 3天 ＡＢＣ",
    "Hangul": "국이 준비됐다 나는 왜 그런지 모른다 서울 12시 안녕하세요 ㅋㅋㅋ",
    "Emoji and signs": "👩‍🚀 👨‍👩‍👧 👍🏽 → ∑ €5 © 🇩🇪 ☕ ½ … — «да» ¿qué? ()[]{} <b> a_b C++ 100% #tag @you",
}
ends = [".", "?", "!", " .", "", "…", "。", " ...", ",", "  "]


def sentence(script):
    words = scripts[script].split()
    n = draw.randint(1, 9)
    mixed = words if draw.random() < 0.8 else words + scripts["Latin"].split()
    space = draw.choices([" ", "  ", "   "], [20, 2, 1])[0]
    return draw.choice(["", "", "", " "]) + unicodedata.normalize("NFC", space.join(draw.choice(mixed) for _ in range(n))) + draw.choice(ends)


path = here / "scripts.json"
texts = [sentence(s) for s in scripts for _ in range(50)]
learned = [t for i, t in enumerate(texts) if i % 3]  # so that some characters are unknown
alphabet = P.ByteLevel.alphabet()
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def unigram(normalizer, pre_tokenizer, size, fallback=False):
    t = Tokenizer(models.Unigram())
    t.normalizer, t.pre_tokenizer = normalizer, pre_tokenizer
    t.decoder = decoders.Metaspace()
    t.train_from_iterator(learned, trainers.UnigramTrainer(vocab_size=size, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    if fallback:
        j = json.loads(t.to_str())
        j["model"]["byte_fallback"] = True
        j["model"]["vocab"] += [[f"<0x{i:02X}>", -20.0 - i / 100] for i in range(256)]
        t = Tokenizer.from_str(json.dumps(j))
    return t


def split_bytes(pattern, size, ignore=False, normalizer=None):
    t = Tokenizer(models.BPE())
    t.normalizer = normalizer
    t.pre_tokenizer = P.Sequence([P.Split(tokenizers.Regex(pattern), "isolated"), P.ByteLevel(add_prefix_space=False, use_regex=False)])
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(learned, trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"], show_progress=False))
    if ignore:
        j = json.loads(t.to_str())
        j["model"]["ignore_merges"] = True
        j["model"]["merges"] = j["model"]["merges"][:-40]  # so that some tokens are whole words only
        t = Tokenizer.from_str(json.dumps(j))
    return t


def neox():
    t = Tokenizer(models.BPE())
    t.normalizer = N.NFC()
    t.pre_tokenizer = P.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(learned, trainers.BpeTrainer(vocab_size=450, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"], show_progress=False))
    t.add_tokens([AddedToken("  ", normalized=True), AddedToken("   ", normalized=True), AddedToken("é n", normalized=True), AddedToken("@you", normalized=False)])
    return t


def llama(size, scheme):
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if scheme == "normalizer":
        t.normalizer = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
        t.pre_tokenizer = P.Metaspace(prepend_scheme="never")
    else:
        t.pre_tokenizer = P.Metaspace(prepend_scheme=scheme)
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    specials = ["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)]
    t.train_from_iterator(learned, trainers.BpeTrainer(vocab_size=size, special_tokens=specials, limit_alphabet=120, show_progress=False))
    j = json.loads(t.to_str())
    j["added_tokens"] = j["added_tokens"][:3]  # the bytes are no special tokens in LLaMA's file
    if scheme == "normalizer":
        j["pre_tokenizer"] = None
    return Tokenizer.from_str(json.dumps(j))


def charsmap():
    """A small compiled normalizer of SentencePiece: some ligatures, fractions, wide letters and marks."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as proto

    rules = {"ﬁ": "fi", "½": "1/2", "Ａ": "A", "Ｂ": "B", "Ｃ": "C", "…": "...", "ё": "е", "é": "e", "क्ष": "ksh", "€": "EUR", "\u200d": "", "Č": "Ch"}
    (here / "rules.tsv").write_text("".join(" ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n" for a, b in rules.items()))
    (here / "rules.txt").write_text("a b c d e f g\n")
    sentencepiece.SentencePieceTrainer.train(input=str(here / "rules.txt"), model_prefix=str(here / "rules"), vocab_size=12, model_type="unigram", normalization_rule_tsv=str(here / "rules.tsv"), hard_vocab_limit=False)
    m = proto.ModelProto()
    m.ParseFromString((here / "rules.model").read_bytes())
    for name in ["rules.tsv", "rules.txt", "rules.model", "rules.vocab"]:
        (here / name).unlink()
    return m.normalizer_spec.precompiled_charsmap


built = {
    "precompiled": unigram(N.Sequence([N.Precompiled(charsmap()), N.Replace(tokenizers.Regex(" {2,}"), "▁")]), P.Metaspace(prepend_scheme="always"), 400),
    "t5": unigram(N.Sequence([N.Nmt(), N.NFKC(), N.Replace(tokenizers.Regex(" {2,}"), " ")]), P.Metaspace(prepend_scheme="always"), 400),
    "xlmr": unigram(None, P.Sequence([P.WhitespaceSplit(), P.Metaspace(prepend_scheme="always")]), 420),
    "unigram-bytes": unigram(N.NFC(), P.Metaspace(prepend_scheme="first"), 420, True),
    "llama": llama(600, "normalizer"),
    "mistral": llama(600, "first"),
    "qwen": split_bytes(QWEN, 450, normalizer=N.NFC()),
    "llama3": split_bytes(LLAMA3, 500, ignore=True),
    "neox": neox(),
}
result = {"tokenizers": tokenizers.__version__, "ids": {}}
(here / "scripts").mkdir(exist_ok=True)
for name, t in built.items():
    t.encode_special_tokens = True
    (here / "scripts" / f"{name}.json").write_text(t.to_str(), "utf-8")
    result["ids"][name] = [t.encode(s, add_special_tokens=False).ids for s in texts]
path.write_text(json.dumps(texts, ensure_ascii=False, indent=0) + "\n", "utf-8")
text = json.dumps(result, ensure_ascii=False, separators=(",", ":")).replace("]],", "]],\n")
(here / "scripts.ids.json").write_text(text + "\n", "utf-8")
