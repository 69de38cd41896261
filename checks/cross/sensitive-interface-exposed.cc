#include <algorithm>
#include <unordered_map>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

namespace plimsoll::checks::sensitive_interface_exposed {

using kubernetes::Cluster;
using kubernetes::Object;
using kubernetes::Pod;

static std::string_view repository(std::string_view image) {
    const std::size_t slash = image.rfind('/');
    image = slash == std::string_view::npos ? image : image.substr(slash + 1);
    return image.substr(0, image.find_first_of(":@"));
}

// The console that the pod runs: by the name of the workload or the repository of an image, whole.
static std::string_view console_of(const Pod& pod, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (pod.object->name() == name || pod.object->name().ends_with("-" + name)) return name;
        for (const kubernetes::Container& container : pod.containers)
            if (container.long_running() && repository(container.image_node().text_or_empty()) == name) return name;
    }
    return {};
}

static bool is_open(const Object& service) {
    const std::string_view type = kubernetes::service_type(service);
    if (type == "NodePort") return true;
    return type == "LoadBalancer" && !kubernetes::has_internal_load_balancer(service) && service.spec()["loadBalancerSourceRanges"].items().empty();
}

namespace {

// A pod with such an interface, and its name.
struct Console {
    const Pod* pod = nullptr;
    std::string_view name;
};

}

static Console find_console(const kubernetes::Selection& pods, const kubernetes::Selector& selector, const std::vector<std::string>& names) {
    for (const Pod* pod : pods) {
        const std::string_view name = console_of(*pod, names);
        if (!name.empty() && selector.matches(pod->labels()) == kubernetes::Match::yes) return {pod, name};
    }
    return {};
}

static void run(const Cluster& cluster, Reporter& report) {
    const std::vector<std::string>& names = report.list("names");
    std::unordered_map<const kubernetes::Selection*, Console> known;
    for (const Object* service : cluster.of_kind("Service")) {
        if (!is_open(*service)) continue;
        const auto selector = kubernetes::Selector::map(service->spec()["selector"]);
        if (selector.absent() || selector.empty()) continue;
        const kubernetes::Selection& pods = cluster.selected(*service, selector);
        const auto [console, is_new] = known.try_emplace(&pods);
        if (is_new) console->second = find_console(pods, selector, names);
        const auto [pod, name] = console->second;
        if (!pod) continue;
        report
            .at(*service, service->spec()["type"],
                "this opens " + quote(name) +
                    ", an interface that administers things and asks for no login by itself, to the outside; use ClusterIP and put a login before it")
            .related(*pod->object, pod->object->head(), "the workload behind it");
    }
}

static constexpr Option options[] = {
    {.name = "names",
     .value = "argo-server argo-workflows-server kubeflow centraldashboard ml-pipeline-ui jenkins prometheus alertmanager minio weave-scope-app mlflow "
              "mlflow-server "
              "ray-dashboard ray-head ollama kubernetes-dashboard dashboard-web phpmyadmin pgadmin4 mongo-express redis-commander kafka-ui flower spark-master "
              "jupyter jupyter-notebook temporal-ui temporal-web consul-ui etcd elasticsearch kibana longhorn-ui traefik-dashboard portainer rancher",
     .what = "names of workloads or image repositories that are such interfaces"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: argo
  namespace: argo
spec:
  type: LoadBalancer
        ^^^^^^^^^^^^ this opens 'argo-server', an interface that administers things and asks for no login by itself, to the outside; use ClusterIP and put a login before it
  selector:
    app: argo-server
  ports:
  - port: 2746
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: argo-server
  namespace: argo
spec:
  selector:
    matchLabels:
      app: argo-server
  template:
    metadata:
      labels:
        app: argo-server
    spec:
      containers:
      - name: server
        image: quay.io/argoproj/argocli:v3.7.0
)",
                                        .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: argo
  namespace: argo
spec:
  selector:
    app: argo-server
  ports:
  - port: 2746
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: argo-server
  namespace: argo
spec:
  selector:
    matchLabels:
      app: argo-server
  template:
    metadata:
      labels:
        app: argo-server
    spec:
      containers:
      - name: server
        image: quay.io/argoproj/argocli:v3.7.0
)",
                                        .path = "app.yaml"}};

extern constinit const Check sensitive_interface_exposed = {
    .id = "sensitive-interface-exposed",
    .title = "Admin interface of a known component is exposed.",
    .category = Category::security,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "Such consoles run commands, read data or start workloads for whoever reaches them, and are scanned for on the internet all the time. They "
           "are made to sit behind a login or inside the cluster.",
    .aliases = {"kubescape:C-0021"},
    .standards = {"MITRE-T1133"},
    .options = options,
    .examples = examples,
    .run = on_cluster(run),
};

}
