"""Writes huggingface.json: what the library tokenizers makes of sentences.json.

    pip install tokenizers==0.23.3
    python huggingface.py

Each *.tokenizer.json here was written by this package's tests (-update). The
library loads it, saves it again byte for byte, and encodes every sentence.
Text that spells a special token is encoded as text, as this package does.
"""

import json
import pathlib

import tokenizers

here = pathlib.Path(__file__).parent
sentences = json.loads((here / "sentences.json").read_text("utf-8"))
result = {"tokenizers": tokenizers.__version__, "ids": {}, "words": {}}
for path in sorted(here.glob("*.tokenizer.json")):
    t = tokenizers.Tokenizer.from_file(str(path))
    assert t.to_str(pretty=True) == path.read_text("utf-8"), path
    t.encode_special_tokens = True
    name = path.name.removesuffix(".tokenizer.json")
    result["ids"][name] = [t.encode(s).ids for s in sentences]
    split, normal = t.pre_tokenizer.pre_tokenize_str, t.normalizer.normalize_str
    result["words"][name] = [[w for w, _ in split(normal(s))] for s in sentences]
text = json.dumps(result, ensure_ascii=False).replace("]], ", "]],\n").replace("], [", "],\n[")
(here / "huggingface.json").write_text(text + "\n", "utf-8")
