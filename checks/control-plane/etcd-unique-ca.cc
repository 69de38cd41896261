#include <map>
#include <string_view>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/control_plane.h"

namespace plimsoll::checks::etcd_unique_ca {

namespace {

// A setting with what holds it.
struct Authority {
    kubernetes::Settings settings;
    const kubernetes::Object* object;
    std::string_view flag;
    const kubernetes::Setting& file() const { return *settings.find(flag); }
};

void collect(const kubernetes::Object& object, kubernetes::Component component, std::string_view flag, std::vector<Authority>& out) {
    auto keep = [&](std::optional<kubernetes::Settings> settings) {
        const kubernetes::Setting* setting = settings ? settings->find(flag) : nullptr;
        if (setting && setting->known && !setting->value.empty()) out.push_back({std::move(*settings), &object, flag});
    };
    for (const kubernetes::Pod& pod : object.pods())
        for (const kubernetes::Container& container : pod.containers) keep(kubernetes::settings_of(container, component));
    keep(kubernetes::settings_of(object, component));
}

}

static void run(const kubernetes::Cluster& cluster, Reporter& report) {
    std::vector<Authority> trusted;
    for (const kubernetes::Object* object : cluster.objects()) collect(*object, kubernetes::Component::etcd, "trusted-ca-file", trusted);
    if (trusted.empty()) return;
    std::vector<Authority> clients;
    for (const kubernetes::Object* object : cluster.objects()) collect(*object, kubernetes::Component::api_server, "client-ca-file", clients);
    std::map<std::string_view, const Authority*> by_file;
    for (const Authority& server : clients) by_file.try_emplace(server.file().value, &server);
    for (const Authority& etcd : trusted) {
        const auto server = by_file.find(etcd.file().value);
        if (server == by_file.end()) continue;
        Draft draft = report.at(*etcd.object, etcd.file().value_span,
                                "etcd trusts " + quote(etcd.file().value) + ", the authority for all clients of the API server; give etcd one of its own");
        draft.related(*server->second->object, server->second->file().value_span, "the API server's client authority");
        if (etcd.settings.container) draft.container(*etcd.settings.container);
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --trusted-ca-file=/etc/kubernetes/pki/ca.crt]
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^ etcd trusts '/etc/kubernetes/pki/ca.crt', the authority for all clients of the API server; give etcd one of its own
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --client-ca-file=/etc/kubernetes/pki/ca.crt]
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: etcd:3.6.4-0
    command: [etcd, --trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt]
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --client-ca-file=/etc/kubernetes/pki/ca.crt]
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check etcd_unique_ca = {
    .id = "etcd-unique-ca",
    .title = "etcd shares the cluster CA.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "Every user and node has a certificate from the authority of the API server's clients. If etcd trusts it too, each of "
           "them may read and write the whole cluster past the API server.",
    .aliases = {"kubescape:C-0159", "kics:cb7e695d-6a85-495c-b15f-23aed2519303"},
    .standards = {"CIS-K8s-2.7"},
    .examples = examples,
    .run = on_cluster(run),
};

}
