"""Writes bleu.json: sentence BLEU by NLTK of texts written for this purpose.

Run with NLTK 3.10.4: python3 bleu.py > bleu.json
"""

import json
import sys
import warnings

import nltk
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

warnings.simplefilter("ignore")

# A hypothesis, then its references, separated by |.
CASES = """
i would love a cup of tea | i would love a cup of tea
i would love a cup of tea | i would like a cup of tea
i would like some tea please | i would love a cup of tea
no thanks i am fine | i would love a cup of tea
tea | tea
tea | a cup of tea
tea | coffee
tea tea tea tea | a cup of tea
a cup | a cup of tea
a cup of | a cup of tea
a cup of tea | a cup of tea
a cup of tea please | a cup of tea
cup a tea of | a cup of tea
of tea a cup | a cup of tea
 | a cup of tea
a cup of tea |
 |
tea | tea | coffee
the film was great | the film was good | it was a great film
the film was great i think | the film was good | it was a great film | great
it was great | the film was good | it was a great film | i loved it so much that i saw it twice
the the the the the the the | the cat is on the mat | there is a cat on the mat
the cat sat on the mat with the other cat | the cat is on the mat | there is a cat on the mat
are you coming to the party tonight ? | are you going to the party tonight ?
are you coming ? | are you going to the party tonight ?
see you at eight then | see you at nine then | see you then
see you | see you at nine then | see you then
see you then see you then see you then | see you at nine then | see you then
yes | yes . | no .
yes . | yes . | no .
yes . of course . | yes . | no . | of course .
what time does the train leave from here today | when does the train leave | what time does the bus leave today
what time does it leave | when does the train leave | what time does the bus leave today
my dog ate my homework and then my dog ate my lunch | my dog ate my homework | my cat ate my lunch
my dog ate | my dog ate my homework | my cat ate my lunch
où est la gare ? | où est la gare s' il vous plaît ? | la gare est là
où est la | où est la gare s' il vous plaît ? | la gare est là
今 天 天 气 很 好 | 今 天 天 气 不 错
今 天 好 | 今 天 天 气 不 错
👍 👍 | 👍
a b c d e | a b c d e f
a b c d e f | a b c d e
a b c d e f g h | h g f e d c b a
a b a b a b | a b
a b | a b a b a b
a a | a b a | a a a a
a b c | d e f | g h i
a b c x d e f | a b c | d e f
x a y b z c | a b c | a b c d e f g h i j k l
i am sorry to hear that i hope you feel better soon | i am sorry to hear that | i hope you feel better soon
i am sorry to hear that she is ill | i am so sorry to hear about that
it is it is it is it is | it is what it is
not at all | it is not a problem at all
that sounds like a really good idea to me so let us do it now | that sounds good let us do it
"""


def case(line):
    hypothesis, *references = (text.split() for text in line.split("|"))
    smoothing = SmoothingFunction()

    def bleu(function):
        return [sentence_bleu(references, hypothesis, (1 / n,) * n, function) for n in range(1, 5)]

    return {
        "hypothesis": hypothesis,
        "references": references,
        "none": bleu(None),
        "epsilon": bleu(smoothing.method1),
        "method7": bleu(smoothing.method7),
    }


if nltk.__version__ != "3.10.4":
    sys.exit("this needs NLTK 3.10.4; version " + nltk.__version__ + " is installed")
cases = [case(line) for line in CASES.split("\n")[1:-1]]
print(json.dumps({"nltk": nltk.__version__, "cases": cases}, ensure_ascii=False, indent=1))
