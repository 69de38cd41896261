#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/host_path.h"

namespace plimsoll::checks::hostpath_cloud_credentials {

using yaml::Node;

static bool is_credential(std::string_view path) {
    for (std::string_view file : {"/etc/kubernetes/azure.json", "/etc/kubernetes/cloud.conf", "/var/lib/waagent", "/home/kubernetes/kube-env"})
        if (kubernetes::lies_in(path, file)) return true;
    // In whatever home folder.
    for (std::string_view folder : {"/.aws", "/.azure", "/.config/gcloud", "/.oci", "/.kube"}) {
        const std::size_t at = path.find(folder);
        if (at != std::string_view::npos && kubernetes::lies_in(path.substr(at), folder)) return true;
    }
    return false;
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    kubernetes::each_host_path(pod, [&](Node, Node path) {
        const std::string clean = kubernetes::clean_host_path(*path.text());
        const std::vector<std::string>& more = report.list("paths");
        const bool listed =
            std::any_of(more.begin(), more.end(), [&](const std::string& one) { return kubernetes::lies_in(clean, kubernetes::clean_host_path(one)); });
        if (listed || is_credential(clean)) report.at(path, quote(*path.text()) + " holds credentials for the cloud; give the pod an identity of its own");
    });
}

static constexpr Option options[] = {{.name = "paths", .what = "further paths of the node that hold credentials"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
  volumes:
  - name: aws
    hostPath: {path: /root/.aws}
                     ^^^^^^^^^^ '/root/.aws' holds credentials for the cloud; give the pod an identity of its own
  - name: azure
    hostPath:
      path: /etc/kubernetes/azure.json
            ^^^^^^^^^^^^^^^^^^^^^^^^^^ '/etc/kubernetes/azure.json' holds credentials for the cloud; give the pod an identity of its own
      type: File
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
  volumes:
  - name: data
    hostPath: {path: /srv/data/.awsome}
)",
                                        .path = "app.yaml"}};

extern constinit const Check hostpath_cloud_credentials = {
    .id = "hostpath-cloud-credentials",
    .title = "Host path with cloud credentials mounted.",
    .category = Category::security,
    .severity = Severity::critical,
    .profile = Profile::recommended,
    .why = "The files where cloud tools and the node's agents keep their credentials let a pod act as the node or as the administrator. Workload identities "
           "give a pod the rights it needs, and no more.",
    .aliases = {"kubescape:C-0020"},
    .standards = {"MITRE-T1552.001"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
