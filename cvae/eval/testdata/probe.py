"""Writes probe.json: logistic regressions by scikit-learn on made-up features.

Run with scikit-learn 1.9.1: python3 probe.py > probe.json
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

# Name, classes, features, training rows, test rows, distance between classes,
# share of class 0, scale of the features.
CASES = [
    ("two classes", 2, 4, 60, 200, 1.0, 0.5, 1.0),
    ("two classes, one rare", 2, 3, 80, 200, 0.7, 0.85, 1.0),
    ("three classes", 3, 4, 60, 200, 1.0, 0.4, 1.0),
    ("five classes", 5, 6, 60, 200, 1.5, 0.2, 1.0),
    ("tiny features", 3, 3, 50, 100, 1.5, 0.3, 1e-6),
    ("separable", 2, 2, 40, 100, 20.0, 0.5, 1.0),
    ("more features than examples", 2, 30, 20, 100, 0.5, 0.5, 1.0),
    ("nothing to learn", 4, 3, 80, 200, 0.0, 0.55, 1.0),
]


def examples(rng, rows, classes, centers, share, scale):
    weights = [share] + [(1 - share) / (classes - 1)] * (classes - 1)
    labels = rng.choice(classes, size=rows, p=weights)
    labels[:classes] = range(classes)
    features = centers[labels] + rng.standard_normal((rows, centers.shape[1]))
    # Four digits keep the file short; both sides read the same ones.
    return np.array([[float(f"{x:.4g}") for x in row] for row in features * scale + 3 * scale]), labels


def case(seed, name, classes, d, rows, test_rows, distance, share, scale):
    rng = np.random.default_rng(seed)
    centers = distance * rng.standard_normal((classes, d))
    features, labels = examples(rng, rows, classes, centers, share, scale)
    test, test_labels = examples(rng, test_rows, classes, centers, share, scale)
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=1.0, tol=1e-12, max_iter=100000).fit(scaler.transform(features), labels)
    return {
        "name": name,
        "d": d,
        "features": features.ravel().tolist(),
        "labels": labels.tolist(),
        "test": test.ravel().tolist(),
        "test_labels": test_labels.tolist(),
        "coef": model.coef_.tolist(),
        "intercept": model.intercept_.tolist(),
        "accuracy": model.score(scaler.transform(test), test_labels),
    }


if sklearn.__version__ != "1.9.1":
    sys.exit("this needs scikit-learn 1.9.1; version " + sklearn.__version__ + " is installed")
cases = [case(seed, *arguments) for seed, arguments in enumerate(CASES)]
print(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}))
