"""What can be learnt from simulated telemetry: scikit-learn on summaries of each case, made from the raw files.

    medx data simulate d1 --format aiops22 --layout openrca --cases 174 --seed 2024
    medx data simulate d2 --format gaia --layout converted --cases 110 --seed 2024
    medx data simulate d3 --cases 119 --seed 2024
    python3 bench/simulated_classes.py d1 d2 d3

Summaries: extremes and mean over instances of each KPI's change from before to after the injection, in standard
deviations of the KPI (metric); counts per template after and before (log); excess of the mean duration, share of slow
spans and share of failed ones per operation (trace). Weighted F1 on a fifth of the cases, mean and standard deviation
over ten stratified splits.
"""
import csv
import glob
import json
import re
import sys
from collections import Counter, defaultdict
from datetime import datetime, timezone, timedelta

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

MINUTES = 10
CHINA = timezone(timedelta(hours=8))


def rows(pattern):
    for path in sorted(glob.glob(pattern, recursive=True)):
        with open(path, newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)


def local(text):
    return datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).timestamp()


def load(folder):
    """Labels [(time s, class)], samples (time, instance, kpi, value), lines (time, text), spans (time, key, µs, failed)."""
    origin = json.load(open(f"{folder}/dataset.json"))
    kind = origin["format"]
    if kind == "microservo":
        names = {"cpu anomaly": "cpu", "memory overload": "memory", "network delay": "network", "network loss": "network"}
        table = json.load(open(f"{folder}/groundtruth/groundtruth.json"))
        labels = sorted({(t, names.get(f, "http/grpc" if f.startswith("http") else "pod_failure"))
                         for t, f in zip(table["timestamp"], table["failure_type"])})
        samples = ((int(r["timestamp"]), r["cmdb_id"], r["kpi_name"], float(r["value"]))
                   for r in rows(f"{folder}/metric/container/*.csv"))
        lines = ((float(r["timestamp"]), r["message"]) for r in rows(f"{folder}/log/log.csv"))
        spans = ((int(r["timestamp"]) / 1e6, f"{r['type']} {r['operation_name']}", float(r["duration"]), r["status_code"] not in ("0", "200"))
                 for r in rows(f"{folder}/trace/trace.csv"))
    elif kind == "aiops22":
        words = {"cpu": "cpu", "内存": "memory", "io负载": "io", "网络": "network", "进程": "process"}
        labels = sorted((int(r["timestamp"]), next(c for w, c in words.items() if w in r["failure_type"]))
                        for r in rows(f"{folder}/cloudbed-1/record.csv"))
        samples = ((int(r["timestamp"]), r["cmdb_id"], r["kpi_name"], float(r["value"]))
                   for r in rows(f"{folder}/**/metric_container.csv"))
        lines = ((int(r["timestamp"]), r["value"]) for r in rows(f"{folder}/**/log_service.csv"))
        spans = ((int(r["timestamp"]) / 1e3, r["operation_name"], float(r["duration"]), r["status_code"] not in ("0", "200"))
                 for r in rows(f"{folder}/**/trace_span.csv"))
    else:
        words = {"login": "login", "memory": "memory", "file": "file", "access": "access"}
        labels = sorted((local(r["st_time"]), next(c for w, c in words.items() if w in r["anomaly_type"]))
                        for r in rows(f"{folder}/*/groundtruth.csv"))
        samples = ((int(r["timestamp"]), r["cmdb_id"], r["kpi_name"], float(r["value"]))
                   for r in rows(f"{folder}/*/docker_metric.csv"))
        lines = ((local(r["message"]), r["message"].split(" | ")[1] + " " + r["message"].split(" | ")[-1])
                 for r in rows(f"{folder}/*/log.csv"))
        # The converted copy has neither operation nor status: the instance stands for both.
        spans = ((float(r["st_time"]), r["service_name"], 1e6 * (float(r["ed_time"]) - float(r["st_time"])), False)
                 for r in rows(f"{folder}/*/trace.csv"))
    return kind, labels, samples, lines, spans


def template(text):
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "#", text)
    return re.sub(r"[\w./:@-]*\d[\w./:@-]*", "#", text)[:90]


def summaries(labels, samples, lines, spans):
    times = np.array([t for t, _ in labels])

    def place(t):
        """Index of the case and whether the time is after the injection."""
        at = int(np.searchsorted(times, t, side="right"))
        if at > 0 and t < times[at - 1] + 60 * MINUTES:
            return at - 1, 1
        if at < len(times) and t >= times[at] - 60 * MINUTES:
            return at, 0
        return None

    # Metric: counters become differences.
    series = defaultdict(list)
    for t, instance, kpi, value in samples:
        found = place(t)
        if found:
            series[kpi, instance, found[0]].append((t, found[1], value))
    change = defaultdict(lambda: defaultdict(list))
    spread = defaultdict(list)
    for (kpi, instance, case), points in series.items():
        points.sort()
        after = np.array([p[1] for p in points])
        values = np.array([p[2] for p in points])
        if re.search(r"_total$|_bytes$|_ops$|_ticks$|_packets$|pgfault|pgmajfault", kpi) and "memory_usage" not in kpi and "rss_total" not in kpi and "spec" not in kpi:
            values = np.maximum(0, np.diff(values, prepend=values[0]))
        for half in (0, 1):
            if (after == half).any():
                change[kpi, case][half].append((instance, values[after == half].mean()))
        spread[kpi].append(values.std())
    kpis = sorted(spread)
    metric = np.zeros((len(times), 4 * len(kpis)))
    for k, kpi in enumerate(kpis):
        scale = np.sqrt(np.mean(np.square(spread[kpi]))) + 1e-9
        for case in range(len(times)):
            halves = [dict(change[kpi, case][half]) for half in (0, 1)]
            both = sorted(set(halves[0]) & set(halves[1]))
            moved = np.array([halves[1][i] - halves[0][i] for i in both] or [0.0]) / scale
            metric[case, 4 * k:4 * k + 4] = moved.max(), moved.min(), moved.mean(), len(halves[1]) - len(halves[0])

    counts = [[Counter(), Counter()] for _ in times]
    for t, text in lines:
        found = place(t)
        if found:
            counts[found[0]][found[1]][template(text)] += 1
    frequent = Counter(name for pair in counts for c in pair for name in c)
    vocabulary = sorted(name for name, n in frequent.items() if n >= 3)
    log = np.array([[np.log1p(pair[1][w]) - np.log1p(pair[0][w]) for w in vocabulary] for pair in counts])

    held = defaultdict(lambda: defaultdict(lambda: ([], [])))
    failures = defaultdict(lambda: [[0, 0], [0, 0]])
    for t, key, duration, failed in spans:
        found = place(t)
        if found:
            held[key][found[0]][found[1]].append(duration)
            failures[key, found[0]][found[1]][int(failed)] += 1
    keys = sorted(held)
    trace = np.zeros((len(times), 3 * len(keys)))
    for k, key in enumerate(keys):
        quiet = np.concatenate([np.array(pair[0]) for pair in held[key].values()] or [np.zeros(1)])
        mean, sd = quiet.mean(), quiet.std() + 1e-9
        for case, pair in held[key].items():
            if pair[1]:
                after = np.array(pair[1])
                ok, bad = failures[key, case][1]
                trace[case, 3 * k:3 * k + 3] = (after.mean() - mean) / sd, (np.abs(after - mean) > 3 * sd).mean(), bad / (ok + bad)
    return {"metric": metric, "log": log, "trace": trace}


def main(folder):
    kind, labels, *records = load(folder)
    x = summaries(labels, *records)
    y = np.array([c for _, c in labels])
    print(f"\n{kind}: {len(y)} cases {dict(Counter(y))}")
    models = {
        "trees": lambda: ExtraTreesClassifier(400, random_state=0, n_jobs=1),
        "logistic": lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000)),
    }
    sets = [["metric"], ["log"], ["trace"], ["metric", "log"], ["metric", "trace"], ["log", "trace"], ["metric", "log", "trace"]]
    splits = list(StratifiedShuffleSplit(10, test_size=0.2, random_state=0).split(y, y))
    constant = [f1_score(y[test], np.full(len(test), Counter(y[train]).most_common(1)[0][0]), average="weighted") for train, test in splits]
    print(f"constant answer {np.mean(constant):.2f}")
    for names in sets:
        features = np.hstack([x[name] for name in names])
        shown = []
        for make in models.values():
            scores, confusion = [], 0
            for train, test in splits:
                answer = make().fit(features[train], y[train]).predict(features[test])
                scores.append(f1_score(y[test], answer, average="weighted"))
                confusion = confusion + confusion_matrix(y[test], answer, labels=sorted(set(y)))
            shown.append(f"{np.mean(scores):.3f} ± {np.std(scores):.3f}")
            if make is models["trees"] and len(names) in (1, 3):
                table = confusion
        print(f"{', '.join(names):20s} {'  '.join(shown)}", flush=True)
        if len(names) in (1, 3):
            print("   ", sorted(set(y)), table.tolist())


for path in sys.argv[1:]:
    main(path)
