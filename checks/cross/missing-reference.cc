#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/provided.h"
#include "checks/cross/objects.h"

// Names of other objects that nothing in the analysed set provides.

namespace plimsoll::checks::missing_reference {

namespace {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

class Search {
public:
    Search(const Cluster& cluster, Reporter& report) : cluster_(cluster), report_(report) {}

    // Reports the node when no object of the kind bears the name it holds.
    void named(const Object& from, yaml::Node node, std::string_view kind, std::string_view in_namespace = {}) {
        const auto name = node.text();
        if (!name || node.is_placeholder() || !kubernetes::nowhere(cluster_, from, kind, *name, in_namespace)) return;
        std::string message = "no " + std::string(kind.substr(kind.find('/') + 1)) + " " + quote(*name) + " is here";
        if (const Object* elsewhere = cluster_.anywhere(kind, *name)) {
            message += " in this namespace, only in " + quote(elsewhere->declared_namespace().value_or("default"));
            report_.at(from, node, std::move(message)).related(*elsewhere, elsewhere->head(), "the one in another namespace");
            return;
        }
        report_.at(from, node, message + "; create it or name it as external in the configuration");
    }

private:
    const Cluster& cluster_;
    Reporter& report_;
};

void service_accounts(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    each_pod(cluster, [&](const Object& object, const Pod& pod) { search.named(object, pod.service_account_node(), "ServiceAccount"); });
}

void pull_secrets(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    each_pod(cluster, [&](const Object& object, const Pod& pod) {
        for (yaml::Node secret : pod["imagePullSecrets"].items()) search.named(object, secret["name"], "Secret");
    });
    for (const Object* account : cluster.of_kind("ServiceAccount"))
        for (yaml::Node secret : (*account)["imagePullSecrets"].items()) search.named(*account, secret["name"], "Secret");
}

void classes(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    each_pod(cluster, [&](const Object& object, const Pod& pod) {
        search.named(object, pod["priorityClassName"], "PriorityClass");
        search.named(object, pod["runtimeClassName"], "RuntimeClass");
    });
    for (const Object* claim : cluster.of_kind("PersistentVolumeClaim"))
        if (!claim->at("spec.storageClassName").scalar().empty()) search.named(*claim, claim->at("spec.storageClassName"), "StorageClass");
    for (const Object* set : cluster.of_kind("StatefulSet"))
        for (yaml::Node claim : set->at("spec.volumeClaimTemplates").items())
            if (!claim["spec"]["storageClassName"].scalar().empty()) search.named(*set, claim["spec"]["storageClassName"], "StorageClass");
    for (const Object* ingress : cluster.of_kind("Ingress")) search.named(*ingress, ingress->at("spec.ingressClassName"), "IngressClass");
}

// A reference by apiVersion, kind and name to something that can be scaled.
void scale_target(Search& search, const Object& from, yaml::Node reference, std::string_view default_kind) {
    const std::string_view version = reference["apiVersion"].text_or_empty();
    const std::string_view kind = reference["kind"].text().value_or(default_kind);
    const std::string_view group = version.substr(0, version.find('/') == std::string_view::npos ? 0 : version.find('/'));
    if (kind.empty()) return;
    const bool built_in = group.empty() || group == "apps" || group == "extensions";
    search.named(from, reference["name"], built_in ? std::string(kind) : std::string(group) + "/" + std::string(kind));
}

void autoscalers(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    for (const Object* scaler : cluster.of_kind("HorizontalPodAutoscaler")) scale_target(search, *scaler, scaler->at("spec.scaleTargetRef"), "");
    for (const Object* scaler : cluster.of_kind("keda.sh/ScaledObject")) scale_target(search, *scaler, scaler->at("spec.scaleTargetRef"), "Deployment");
}

void vertical_autoscalers(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    for (const Object* scaler : cluster.of_kind("autoscaling.k8s.io/VerticalPodAutoscaler")) scale_target(search, *scaler, scaler->at("spec.targetRef"), "");
}

void tls_secrets(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    for (const Object* ingress : cluster.of_kind("Ingress")) {
        if (ingress->annotations().has("cert-manager.io/cluster-issuer") || ingress->annotations().has("cert-manager.io/issuer") ||
            ingress->annotations().has("kubernetes.io/tls-acme"))
            continue;
        for (yaml::Node tls : ingress->at("spec.tls").items()) search.named(*ingress, tls["secretName"], "Secret");
    }
}

void namespaces(const Cluster& cluster, Reporter& report) {
    Search search(cluster, report);
    for (const Object* object : cluster.objects())
        if (object->declared_namespace() && !object->cluster_scoped()) search.named(*object, object->metadata()["namespace"], "Namespace");
}

constexpr Example account_examples[] = {{.bad = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: blog}
spec:
  serviceAccountName: web
                      ^^^ no ServiceAccount 'web' is here in this namespace, only in 'shop'
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                         .good = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: blog}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: blog}
spec:
  serviceAccountName: web
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                         .path = "app.yaml"}};

constexpr Example pull_examples[] = {{.bad = R"(
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
imagePullSecrets:
- name: regcred
        ^^^^^^^ no Secret 'regcred' is here; create it or name it as external in the configuration
)",
                                      .good = R"(
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: regcred}
spec: {target: {name: regcred}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
imagePullSecrets:
- name: regcred
)",
                                      .path = "app.yaml"}};

constexpr Example class_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  priorityClassName: urgent
                     ^^^^^^ no PriorityClass 'urgent' is here; create it or name it as external in the configuration
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                       .good = R"(
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: urgent}
value: 1000
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  priorityClassName: urgent
  containers: [{name: web, image: "registry.example/web:1.0"}]
)",
                                       .path = "app.yaml"}};

constexpr Example scaler_examples[] = {{.bad = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: wbe}
                                                                ^^^ no Deployment 'wbe' is here; create it or name it as external in the configuration
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                        .good = R"(
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                        .path = "app.yaml"}};

constexpr Example vertical_examples[] = {{.bad = R"(
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: web}
spec:
  targetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}
                                                            ^^^ no StatefulSet 'web' is here; create it or name it as external in the configuration
)",
                                          .good = R"(
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: web}
spec:
  targetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example/web:1.0"}]}
)",
                                          .path = "app.yaml"}};

constexpr Example tls_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  tls:
  - hosts: [shop.example.org]
    secretName: shop-tls
                ^^^^^^^^ no Secret 'shop-tls' is here; create it or name it as external in the configuration
)",
                                     .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {cert-manager.io/cluster-issuer: public}
spec:
  tls:
  - hosts: [shop.example.org]
    secretName: shop-tls
)",
                                     .path = "app.yaml"}};

constexpr Example namespace_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  namespace: shpo
             ^^^^ no Namespace 'shpo' is here; create it or name it as external in the configuration
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
)",
                                           .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  namespace: shop
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
)",
                                           .path = "app.yaml"}};

constexpr Check table[] = {
    {
        .id = "hpa-target-missing",
        .title = "An autoscaler's target does not exist.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "An autoscaler whose target is not there never scales anything, and nothing but its own status says so.",
        .aliases = {"kube-linter:dangling-horizontalpodautoscaler", "kube-score:horizontalpodautoscaler-has-target", "kubescape:C-0300",
                    "kics:2f652c42-619d-4361-b361-9f599688f8ca", "popeye:600", "kyverno:check-hpa-exists"},
        .examples = scaler_examples,
        .run = on_cluster(autoscalers),
    },
    {
        .id = "image-pull-secret-unknown",
        .title = "An image pull secret is not part of the set.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "A pull secret that does not exist is skipped in silence; the pull from a private registry then fails.",
        .aliases = {"popeye:305"},
        .examples = pull_examples,
        .run = on_cluster(pull_secrets),
    },
    {
        .id = "ingress-tls-secret-missing",
        .title = "The TLS secret of an Ingress is not part of the set.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "Without its secret the controller serves its own self-signed certificate, and browsers refuse the site.",
        .examples = tls_examples,
        .run = on_cluster(tls_secrets),
    },
    {
        .id = "namespace-undefined",
        .title = "An object is put into a namespace that is not part of the set.",
        .category = Category::correctness,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Objects of a namespace that does not exist are refused; often the name is only mistyped.",
        .examples = namespace_examples,
        .run = on_cluster(namespaces),
    },
    {
        .id = "priority-class-unknown",
        .title = "A class is named that is not part of the set.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "Pods with an unknown priority or runtime class are refused, claims of an unknown storage class wait for ever, and an Ingress of an unknown "
               "class is "
               "served by nobody.",
        .examples = class_examples,
        .run = on_cluster(classes),
    },
    {
        .id = "service-account-nonexistent",
        .title = "A pod runs as a service account that does not exist.",
        .category = Category::correctness,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The API server refuses pods whose service account is not in their namespace; a Deployment then stays without pods.",
        .aliases = {"kube-linter:non-existent-service-account", "kubescape:C-0307", "popeye:307", "popeye:507", "rhcop:OCP_REQ_INV-00004"},
        .examples = account_examples,
        .run = on_cluster(service_accounts),
    },
    {
        .id = "vpa-target-missing",
        .title = "A vertical autoscaler's target does not exist.",
        .category = Category::correctness,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A vertical autoscaler without its target recommends nothing, and nothing but its own status says so.",
        .aliases = {"kyverno:verify-vpa-target"},
        .examples = vertical_examples,
        .run = on_cluster(vertical_autoscalers),
    },
};

}

extern constinit const std::span<const Check> missing_reference = table;

}
