#include <map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"
#include "checks/cross/objects.h"

// Workloads that are told apart by name but not by identity.

namespace plimsoll::checks::shared_identity {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

// Parts of one application by its labels or the first word of its name.
bool same_application(const Object& a, const Object& b) {
    for (std::string_view key : {"app.kubernetes.io/part-of", "app.kubernetes.io/instance", "app.kubernetes.io/name", "app", "k8s-app", "release"}) {
        const std::string_view value = a.label(key);
        if (!value.empty() && value == b.label(key)) return true;
    }
    return a.name().substr(0, a.name().find('-')) == b.name().substr(0, b.name().find('-'));
}

void accounts(const Cluster& cluster, Reporter& report) {
    std::map<std::pair<std::string, std::string_view>, const Object*> first;
    for (const Object* workload : cluster.workloads())
        for (const Pod& pod : workload->pods()) {
            const yaml::Node account = pod.service_account_node();
            if (!account.text() || account.is_placeholder() || account.scalar() == "default" || account.scalar().empty()) continue;
            const auto [entry, is_new] = first.try_emplace({kubernetes::home_of(*workload), account.scalar()}, workload);
            if (is_new || entry->second->name() == workload->name() || same_application(*entry->second, *workload)) continue;
            report
                .at(*workload, account, "service account " + quote(account.scalar()) + " is that of " + called(*entry->second) + " as well; give each its own")
                .related(*entry->second, entry->second->head(), "the other workload");
        }
}

void users(const Cluster& cluster, Reporter& report) {
    std::map<std::pair<std::string, std::int64_t>, const Object*> first;
    for (const Object* workload : cluster.workloads())
        for (const Pod& pod : workload->pods())
            for (const kubernetes::Container& container : pod.containers) {
                const auto user = container.run_as_user();
                if (!user.value || *user.value == 0 || !container.long_running()) continue;
                const auto [entry, is_new] = first.try_emplace({kubernetes::home_of(*workload), *user.value}, workload);
                if (is_new || entry->second == workload || entry->second->name() == workload->name()) continue;
                report.at(*workload, user.node, called(*entry->second) + " runs as user " + std::to_string(*user.value) + " as well; give each its own")
                    .container(container)
                    .related(*entry->second, entry->second->head(), "the other workload");
            }
}

constexpr Example account_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: shop
  containers: [{name: web, image: "registry.example/web:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: mail}
spec:
  serviceAccountName: shop
                      ^^^^ service account 'shop' is that of Pod 'web' as well; give each its own
  containers: [{name: mail, image: "registry.example/mail:1.0"}]
)",
                                         .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: web
  containers: [{name: web, image: "registry.example/web:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: mail}
spec:
  serviceAccountName: mail
  containers: [{name: mail, image: "registry.example/mail:1.0"}]
)",
                                         .path = "app.yaml"}};

constexpr Example user_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsUser: 10001}
  containers: [{name: web, image: "registry.example/web:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: mail}
spec:
  containers: [{name: mail, image: "registry.example/mail:1.0", securityContext: {runAsUser: 10001}}]
                                                                                             ^^^^^ Pod 'web' runs as user 10001 as well; give each its own
)",
                                      .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsUser: 10001}
  containers: [{name: web, image: "registry.example/web:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: mail}
spec:
  containers: [{name: mail, image: "registry.example/mail:1.0", securityContext: {runAsUser: 10002}}]
)",
                                      .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "service-account-shared",
        .title = "Several applications run as one service account.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Rights given to an account are the rights of every pod that runs as it; the one that needs least gets what the others need.",
        .aliases = {"kics:c1032cf7-3628-44e2-bd53-38c17cf31b6b"},
        .examples = account_examples,
        .run = on_cluster(accounts),
    },
    {
        .id = "uid-shared-between-workloads",
        .title = "Several workloads run as one user id.",
        .category = Category::security,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Files, limits and, after an escape, processes on a shared node are kept apart by the user id only.",
        .aliases = {"kyverno:require-unique-uid-per-workload"},
        .examples = user_examples,
        .run = on_cluster(users),
    },
};

}

extern constinit const std::span<const Check> shared_identity = table;

}
