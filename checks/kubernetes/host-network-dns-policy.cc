#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"

namespace plimsoll::checks::host_network_dns_policy {

using yaml::Node;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod.host_network() || pod.windows()) return;
    const Source& source = pod.object->manifest().source();
    const Node policy = pod["dnsPolicy"];
    if (policy.text_or_empty() == "ClusterFirst")
        report.at(policy, "with hostNetwork the names of the cluster do not resolve under ClusterFirst; use ClusterFirstWithHostNet")
            .fix("Use ClusterFirstWithHostNet", Safety::safe, yaml::replace_scalar(source, policy, "ClusterFirstWithHostNet"));
    else if (kubernetes::lacks(pod, "dnsPolicy"))
        report
            .at(pod["hostNetwork"],
                "with hostNetwork the names of the cluster do not resolve; set dnsPolicy to ClusterFirstWithHostNet, or to Default if that is meant")
            .severity(Severity::low)
            .fix("Use ClusterFirstWithHostNet", Safety::unsafe, yaml::set_key(source, pod.spec, "dnsPolicy", "ClusterFirstWithHostNet"));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  dnsPolicy: ClusterFirst   # as ever
             ^^^^^^^^^^^^ with hostNetwork the names of the cluster do not resolve under ClusterFirst; use ClusterFirstWithHostNet
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  dnsPolicy: ClusterFirstWithHostNet   # as ever
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
               ^^^^ with hostNetwork the names of the cluster do not resolve; set dnsPolicy to ClusterFirstWithHostNet, or to Default if that is meant
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  containers:
  - name: app
    image: registry.example/app:1.2
  dnsPolicy: ClusterFirstWithHostNet
)",
                                        .path = "app.yaml"}};

extern constinit const Check host_network_dns_policy = {
    .id = "host-network-dns-policy",
    .title = "hostNetwork pod without ClusterFirstWithHostNet.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .fix = Safety::safe,
    .why = "For a pod in the network of the node ClusterFirst, the default, silently means the resolver of the node: Services cannot be found by name. "
           "ClusterFirstWithHostNet asks the cluster first; Default says that the node's resolver is wanted.",
    .examples = examples,
    .run = on_pods(run),
};

}
