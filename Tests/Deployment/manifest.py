"""Checks a Kubernetes manifest and prints forktail's arguments in it, one a line.

The grace period must be longer than preStop and graceful_timeout together, and the probes must ask
the port on which the server listens.
"""

import sys

import yaml

deployment, service = yaml.safe_load_all(open(sys.argv[1], encoding="utf-8"))
pod = deployment["spec"]["template"]["spec"]
container = pod["containers"][0]
arguments = container["args"][1:]
values = dict(argument.removeprefix("--").split("=", 1) for argument in arguments)

pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
graceful = int(values["graceful-timeout"].removesuffix("s"))
assert pod["terminationGracePeriodSeconds"] > pause + graceful
port = container["ports"][0]
assert values["bind"].endswith(f":{port['containerPort']}")
status = container["ports"][1]
assert values["status-bind"].endswith(f":{status['containerPort']}")
for probe in ("startupProbe", "readinessProbe"):
    assert container[probe]["httpGet"] == {"path": "/readyz", "port": status["name"]}
assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": status["name"]}
assert service["spec"]["ports"][0]["targetPort"] == port["name"]
labels = deployment["spec"]["template"]["metadata"]["labels"]
assert service["spec"]["selector"] == labels == deployment["spec"]["selector"]["matchLabels"]
# The root is read-only, and the control socket has to be somewhere.
assert container["volumeMounts"][0]["name"] == pod["volumes"][0]["name"]
assert container["volumeMounts"][0]["mountPath"] == "/run/forktail"
print("\n".join(arguments))
