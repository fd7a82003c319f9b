"""Checks the Grafana dashboard and prints the metrics that it shows, one a line."""

import json
import re
import sys

dashboard = json.load(open(sys.argv[1], encoding="utf-8"))
names = set()
for panel in dashboard["panels"]:
    assert panel["title"] and panel["targets"], panel
    for target in panel["targets"]:
        names.update(re.findall(r"forktail_[a-z_]+", target["expr"]))
assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
assert dashboard["templating"]["list"], "no choice of a data source"
print("\n".join(sorted(names)))
