#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

namespace plimsoll::checks::node_iam_instead_of_workload_identity {

namespace {

struct Provider {
    std::string_view id;
    std::string_view hints;         // variables of its SDK, separated by blanks
    std::string_view credentials;   // variables that carry credentials of their own, or show that an identity is injected
    std::string_view annotations;   // of the service account, any of them
};

constexpr Provider providers[] = {
    {"aws", "AWS_REGION AWS_DEFAULT_REGION",
     "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_SHARED_CREDENTIALS_FILE "
     "AWS_PROFILE",
     "eks.amazonaws.com/role-arn"},
    {"gcp", "GOOGLE_CLOUD_PROJECT GCLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS", "iam.gke.io/gcp-service-account"},
    {"azure", "AZURE_SUBSCRIPTION_ID", "AZURE_CLIENT_SECRET AZURE_FEDERATED_TOKEN_FILE AZURE_CLIENT_CERTIFICATE_PATH AZURE_CLIENT_ID",
     "azure.workload.identity/client-id"},
};

bool is_word(std::string_view words, std::string_view word) {
    const std::size_t at = words.find(word);
    return !word.empty() && at != std::string_view::npos && (at == 0 || words[at - 1] == ' ') &&
           (at + word.size() == words.size() || words[at + word.size()] == ' ');
}

// The variable that shows that the container talks to the provider; empty when it brings credentials of its own.
yaml::Node hint_of(const kubernetes::Container& container, const Provider& provider) {
    yaml::Node found;
    if (container["envFrom"].is_set()) return {};
    for (yaml::Node entry : container["env"].items()) {
        const std::string_view name = entry["name"].text_or_empty();
        if (is_word(provider.credentials, name)) return {};
        if (is_word(provider.hints, name)) found = entry["name"];
    }
    return found;
}

// Only an account that is in the set can be judged.
const kubernetes::Object* bare_account(const kubernetes::Cluster& cluster, const kubernetes::Pod& pod, const Provider& provider) {
    const kubernetes::Object* account = cluster.find(*pod.object, "ServiceAccount", pod.service_account());
    return account && !account->annotations().has(provider.annotations) ? account : nullptr;
}

}

static void run(const kubernetes::Cluster& cluster, Reporter& report) {
    const std::vector<std::string>& wanted = report.list("providers");
    for (const kubernetes::Object* object : cluster.workloads()) {
        for (const kubernetes::Pod& pod : object->pods()) {
            for (const kubernetes::Container& container : pod.containers) {
                if (!container["env"].is_set()) continue;
                for (const Provider& provider : providers) {
                    if (std::find(wanted.begin(), wanted.end(), provider.id) == wanted.end()) continue;
                    const yaml::Node hint = hint_of(container, provider);
                    const kubernetes::Object* account = hint ? bare_account(cluster, pod, provider) : nullptr;
                    if (account)
                        report
                            .at(*object, hint,
                                "service account " + quote(account->name()) + " has no cloud identity, so the node's own is used; add the annotation " +
                                    std::string(provider.annotations))
                            .container(container);
                }
            }
        }
    }
}

static constexpr Option options[] = {{.name = "providers", .value = "aws gcp azure", .what = "the clouds to look for"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  serviceAccountName: shop
  containers:
  - name: shop
    image: shop:2.1.0
    env:
    - {name: AWS_REGION, value: eu-west-1}
             ^^^^^^^^^^ service account 'shop' has no cloud identity, so the node's own is used; add the annotation eks.amazonaws.com/role-arn
)",
                                        .good = R"(
apiVersion: v1
kind: ServiceAccount
metadata:
  name: shop
  annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/shop"}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  serviceAccountName: shop
  containers:
  - name: shop
    image: shop:2.1.0
    env:
    - {name: AWS_REGION, value: eu-west-1}
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check node_iam_instead_of_workload_identity = {
    .id = "node-iam-instead-of-workload-identity",
    .title = "Cloud API user without workload identity.",
    .category = Category::security,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "Without an identity of its own a pod that talks to the cloud does so as its node, and every other pod there can do the "
           "same. Identities that the cloud binds to the account by itself cannot be seen here.",
    .aliases = {"kubescape:C-0225", "kubescape:C-0239", "kyverno:require-aws-node-irsa", "rbac-police:providerIAM"},
    .standards = {"MITRE-T1552.005"},
    .options = options,
    .examples = examples,
    .run = on_cluster(run),
};

}
