#include "analyzer/engine/kubernetes_check.h"
#include "checks/dockerfile/images.h"

namespace plimsoll::checks::image_pull_secret_missing {

using kubernetes::Container;
using kubernetes::Object;
using kubernetes::Pod;

static void judge(const kubernetes::Cluster& cluster, const Object& workload, const Pod& pod, Reporter& report) {
    const yaml::Node own = pod["imagePullSecrets"];
    if (pod.partial || (own.is_set() && (!own.is_sequence() || !own.empty()))) return;
    const std::string_view name = pod.service_account();
    const Object* account = cluster.find(workload, "ServiceAccount", name);
    // An account that is not in the set may name the secrets.
    if (!account ? name != "default" : !(*account)["imagePullSecrets"].empty()) return;
    for (const Container& container : pod.containers) {
        const std::optional<docker::Reference> image = container.image();
        if (!image) continue;
        const std::string registry = image->registry();
        for (const std::string& pattern : report.list("private_registries"))
            if (wildcard(pattern, registry)) {
                report
                    .at(workload, container.image_part(image->domain.empty() ? docker::Reference::Part{0, image->name_end()} : image->domain),
                        "registry " + quote(registry) + " asks for credentials; name them in imagePullSecrets of the pod or its service account")
                    .container(container)
                    .field("imagePullSecrets");
                break;
            }
    }
}

static void run(const kubernetes::Cluster& cluster, Reporter& report) {
    if (report.list("private_registries").empty()) return;
    for (const Object* workload : cluster.workloads())
        for (const Pod& pod : workload->pods()) judge(cluster, *workload, pod, report);
}

static constexpr Option options[] = {
    {.name = "private_registries",
     .value = {},
     .what = "Registries that ask for credentials; a '*' at either end stands for anything. Without any the check is silent."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: registry.example.org/web:1.4
           ^^^^^^^^^^^^^^^^^^^^ registry 'registry.example.org' asks for credentials; name them in imagePullSecrets of the pod or its service account
)",
                                        .good = R"(
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
imagePullSecrets:
- name: registry
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  serviceAccountName: web
  containers:
  - name: web
    image: registry.example.org/web:1.4
---
apiVersion: v1
kind: Pod
metadata:
  name: other
spec:
  imagePullSecrets: [{name: registry}]
  containers:
  - name: web
    image: registry.example.org/web:1.4
)",
                                        .config = "checks:\n  image-pull-secret-missing:\n    private_registries: [registry.example.org]\n",
                                        .path = "app.yaml"}};

extern constinit const Check image_pull_secret_missing = {
    .id = "image-pull-secret-missing",
    .title = "Private registry without imagePullSecrets.",
    .category = Category::reliability,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "Without credentials the pull fails, or works only on nodes that happen to have the image or a login of their own.",
    .aliases = {"kyverno:require-imagepullsecrets"},
    .options = options,
    .examples = examples,
    .run = on_cluster(run),
};

}
