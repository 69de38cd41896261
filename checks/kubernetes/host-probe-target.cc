#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::host_probe_target {

using kubernetes::Container;
using yaml::Node;

// In the network of the node the loopback is the pod's own, and any other address may be; link-local ones are those of metadata services.
static bool may_be_own(std::string_view host) { return host == "localhost" || (kubernetes::parse_address(host) && !host.starts_with("169.254.")); }

static void judge(const Container& container, Node action, Reporter& report) {
    for (std::string_view kind : {"httpGet", "tcpSocket"}) {
        const Node host = action[kind]["host"];
        const std::string_view name = host.text_or_empty();
        if (name.empty() || (container.pod->host_network() && may_be_own(name))) continue;
        Draft draft = report.at(host, "the kubelet asks " + quote(name) + " instead of this pod; remove host");
        draft.fix("Remove host", Safety::unsafe, yaml::remove_entry(container.pod->object->manifest().source(), host));
        if (!kubernetes::is_judged_by_pod_security(*container.pod)) draft.without("pss");
    }
}

static void run(const Container& container, Reporter& report) {
    for (std::string_view probe : {"livenessProbe", "readinessProbe", "startupProbe"}) judge(container, container[probe], report);
    const Node lifecycle = container["lifecycle"];
    for (std::string_view hook : {"postStart", "preStop"}) judge(container, lifecycle[hook], report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    livenessProbe:
      httpGet:
        host: db.example.org
              ^^^^^^^^^^^^^^ the kubelet asks 'db.example.org' instead of this pod; remove host
        path: /
        port: 80
    readinessProbe:
      tcpSocket: {host: 127.0.0.1, port: 80}
                        ^^^^^^^^^ the kubelet asks '127.0.0.1' instead of this pod; remove host
    lifecycle:
      preStop: {httpGet: {host: 10.0.0.1, port: 80}}
                                ^^^^^^^^ the kubelet asks '10.0.0.1' instead of this pod; remove host
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    livenessProbe:
      httpGet:
        path: /
        port: 80
    readinessProbe:
      tcpSocket: {port: 80}
    lifecycle:
      preStop: {httpGet: {port: 80}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check host_probe_target = {
    .id = "host-probe-target",
    .title = "Probe or lifecycle hook targets another host.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::unsafe,
    .why = "Probes and hooks are requests of the kubelet, from the network of the node. A host in them makes it ask any machine, a way around NetworkPolicies, "
           "and the answer says nothing about the pod. Without a host the pod's address is asked; a header can carry the name of a virtual host.",
    .aliases = {"psa:hostProbesAndHostLifecycle", "gatekeeper:host-probes-lifecycle", "pss:baseline/hostProbesAndHostLifecycle",
                "pss:restricted/hostProbesAndHostLifecycle"},
    .standards = {"PSS-baseline"},
    .examples = examples,
    .run = on_containers(run),
};

}
