#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::cni_without_networkpolicy {

static bool mentions(const kubernetes::Pod& pod, std::string_view word) {
    for (const kubernetes::Container& container : pod.containers)
        if (container.image_node().text_or_empty().find(word) != std::string_view::npos) return true;
    return false;
}

// Flannel by itself only routes; together with Calico (canal) or kube-router the policies are enforced by those.
static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod.object->is("DaemonSet")) return;
    for (std::string_view other : {"calico", "canal", "kube-router", "cilium", "kube-network-policies"})
        if (mentions(pod, other)) return;
    for (const kubernetes::Container& container : pod.containers) {
        const std::string_view image = container.image_node().text_or_empty();
        if (container.is_init() || image.find("flannel") == std::string_view::npos || image.find("flannel-cni-plugin") != std::string_view::npos) continue;
        report
            .at(container.image_node(),
                "flannel does not enforce NetworkPolicies, so they are accepted and do nothing; use a plugin that does, or add one beside it")
            .container(container);
        return;
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: kube-flannel
spec:
  selector:
    matchLabels:
      app: flannel
  template:
    metadata:
      labels:
        app: flannel
    spec:
      containers:
      - name: kube-flannel
        image: ghcr.io/flannel-io/flannel:v0.27.0
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ flannel does not enforce NetworkPolicies, so they are accepted and do nothing; use a plugin that does, or add one beside it
)",
                                        .good = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: canal
spec:
  selector:
    matchLabels:
      app: canal
  template:
    metadata:
      labels:
        app: canal
    spec:
      containers:
      - name: calico-node
        image: docker.io/calico/node:v3.30.0
      - name: kube-flannel
        image: ghcr.io/flannel-io/flannel:v0.27.0
)",
                                        .path = "app.yaml"}};

extern constinit const Check cni_without_networkpolicy = {
    .id = "cni-without-networkpolicy",
    .title = "CNI plugin does not enforce NetworkPolicy.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "The API server accepts NetworkPolicies whatever the network plugin does with them. With a plugin that ignores them every pod stays open "
           "and nobody is told.",
    .aliases = {"kubescape:C-0205", "kics:03aabc8c-35d6-481e-9c85-20139cf72d23"},
    .standards = {"CIS-K8s-5.3.1"},
    .examples = examples,
    .run = on_pods(run),
};

}
