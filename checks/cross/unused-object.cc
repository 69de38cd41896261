#include <map>
#include <set>
#include <unordered_map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/nearby.h"

// Objects that nothing else in the analysed set names.

namespace plimsoll::checks::unused_object {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;

// Names that are looked for, and whether a text of another object holds them.
class Mentions {
public:
    void look_for(const Object& object) { wanted_.try_emplace(object.name()); }
    bool any() const { return !wanted_.empty(); }

    void read(const Object& object) {
        const yaml::Record* const record = object.node().record();
        if (!record) return;
        const yaml::Node own = object.metadata()["name"];
        for (const yaml::Record* at = record; at != record + record->skip; ++at)
            if (at->kind == yaml::Kind::scalar && at->value.size() < 1024 && at != own.record()) read(at->value, object);
    }
    // Of the same namespace, as far as both tell.
    bool mentioned(const Object& object) const {
        const Mention& found = wanted_.find(object.name())->second;
        return found.several || (found.first && found.first != &object);
    }

private:
    // The whole text, and its parts: "--config=shop/web" names 'web'.
    void read(std::string_view text, const Object& from) {
        note(text, from);
        if (text.find_first_of("/=:, ") == std::string_view::npos) return;
        while (!text.empty()) {
            const std::size_t end = text.find_first_of("/=:, \"'");
            note(text.substr(0, end), from);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        }
    }
    void note(std::string_view name, const Object& from) {
        const auto entry = wanted_.find(name);
        if (entry == wanted_.end()) return;
        Mention& found = entry->second;
        if (!found.first) found.first = &from;
        found.several |= found.first != &from;
    }

    // What holds a name: an object does not count for itself, two count for all of that name.
    struct Mention {
        const Object* first = nullptr;
        bool several = false;
    };
    std::unordered_map<std::string_view, Mention> wanted_;
};

// Read by programs that look for labels, or by the cluster itself.
bool found_otherwise(const Object& object, const std::vector<std::string>& ignored) {
    const std::string_view type = object["type"].text_or_empty(), name = object.name();
    if (type.starts_with("helm.sh/") || type.starts_with("bootstrap.kubernetes.io/") || type == "kubernetes.io/service-account-token") return true;
    if (name == "kube-root-ca.crt" || object.metadata()["namespace"].text_or_empty().starts_with("kube-")) return true;
    for (const yaml::Entry& label : object.labels().entries())
        for (const std::string& key : ignored)
            if (label.key.scalar().find(key) != std::string_view::npos) return true;
    return !object.annotations()["helm.sh/hook"].empty() && object.annotations().has("helm.sh/hook");
}

template <typename Judge>
void unnamed(const Cluster& cluster, std::initializer_list<std::string_view> kinds, Judge skip, std::string_view message, Reporter& report) {
    if (cluster.partial()) return;
    Mentions mentions;
    const auto each = [&](auto use) {
        for (std::string_view kind : kinds)
            for (const Object* object : cluster.of_kind(kind))
                if (!object->name().empty() && !object->metadata()["name"].is_placeholder() && !object->is_fragment() && !skip(*object)) use(*object);
    };
    each([&](const Object& object) { mentions.look_for(object); });
    if (!mentions.any()) return;
    for (const Object* object : cluster.objects()) mentions.read(*object);
    each([&](const Object& object) {
        if (!mentions.mentioned(object)) report.at(object, std::string(message));
    });
}

void config(const Cluster& cluster, Reporter& report) {
    const auto& ignored = report.list("ignore-labels");
    unnamed(
        cluster, {"ConfigMap", "Secret"}, [&](const Object& object) { return found_otherwise(object, ignored); },
        "nothing here names this object; remove it or what needs it is missing", report);
}

void claims(const Cluster& cluster, Reporter& report) {
    unnamed(
        cluster, {"PersistentVolumeClaim"}, [](const Object&) { return false; }, "no pod here mounts this claim, which still holds its volume", report);
}

void accounts(const Cluster& cluster, Reporter& report) {
    if (cluster.partial()) return;
    std::map<std::pair<std::string, std::string_view>, bool> used;
    for (const Object* workload : cluster.workloads())
        for (const kubernetes::Pod& pod : workload->pods()) used[{kubernetes::home_of(*workload), pod.service_account()}] = true;
    std::set<std::string_view> bound;
    for (std::string_view kind : {"RoleBinding", "ClusterRoleBinding"})
        for (const Object* binding : cluster.of_kind(kind))
            for (yaml::Node subject : (*binding)["subjects"].items())
                if (subject["kind"].text_or_empty() == "ServiceAccount") bound.insert(subject["name"].text_or_empty());
    for (const Object* account : cluster.of_kind("ServiceAccount"))
        if (!account->name().empty() && account->name() != "default" && bound.contains(account->name()) &&
            !used.contains({kubernetes::home_of(*account), account->name()}))
            report.at(*account, "this account has rights, but no pod here runs as it");
}

constexpr Example config_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-old
        ^^^^^^^ nothing here names this object; remove it or what needs it is missing
data: {level: info}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "registry.example/web:1.0", envFrom: [{configMapRef: {name: web}}]}]
)",
                                        .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data: {level: info}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers: [{name: web, image: "registry.example/web:1.0", args: ["--config=shop/web"]}]
)",
                                        .path = "app.yaml"}};

constexpr Example claim_examples[] = {{.bad = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
                 ^^^^ no pod here mounts this claim, which still holds its volume
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
)",
                                       .good = R"(
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "registry.example/web:1.0"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
)",
                                       .path = "app.yaml"}};

constexpr Example account_examples[] = {{.bad = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
                 ^^^ this account has rights, but no pod here runs as it
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web}]
)",
                                         .good = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web}]
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: web
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                         .path = "app.yaml"}};

constexpr Option config_options[] = {{.name = "ignore-labels",
                                      .value = "grafana dashboard datasource prometheus rule argocd.argoproj.io sidecar",
                                      .what = "Parts of label keys by which other programs find such objects."}};

constexpr Check table[] = {
    {
        .id = "unused-config-object",
        .title = "Nothing names a ConfigMap or Secret.",
        .category = Category::efficiency,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Left over configuration misleads, and a left over Secret is one more that can leak.",
        .aliases = {"popeye:400", "popeye:401"},
        .options = config_options,
        .examples = config_examples,
        .run = on_cluster(config),
    },
    {
        .id = "unused-persistent-volume-claim",
        .title = "No pod mounts a claim.",
        .category = Category::efficiency,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "A claim keeps its volume, and its price, whether or not a pod uses it.",
        .aliases = {"popeye:400"},
        .examples = claim_examples,
        .run = on_cluster(claims),
    },
    {
        .id = "unused-service-account",
        .title = "No pod runs as a service account that has rights.",
        .category = Category::security,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "An account that no pod uses is an identity with rights for whoever may make a token for it.",
        .aliases = {"popeye:400"},
        .examples = account_examples,
        .run = on_cluster(accounts),
    },
};

}

extern constinit const std::span<const Check> unused_object = table;

}
