#include "analyzer/engine/kubernetes_check.h"
#include "component_images.h"

namespace plimsoll::checks::deployed_component {

using kubernetes::Container;
using kubernetes::Object;
using kubernetes::Pod;

static bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

static bool is_dashboard(const Container& container) {
    const std::string_view path = image_path(container.image_node().scalar());
    return contains(path, "kubernetes-dashboard") || contains(path, "kubernetesui");
}

static void run_dashboard(const Pod& pod, Reporter& report) {
    constexpr std::string_view message =
        "the Kubernetes dashboard offers the rights of its account to whoever reaches it; remove it and use kubectl or a client of your own";
    bool found = false;
    for (const Container& container : pod.containers)
        if (is_dashboard(container)) {
            report.at(image_name_place(container.image_node()), std::string(message)).container(container);
            found = true;
        }
    for (std::string_view key : {"app", "k8s-app", "app.kubernetes.io/name"})
        if (const yaml::Node label = pod.labels()[key]; !found && label.text() == "kubernetes-dashboard") {
            report.at(label, std::string(message));
            found = true;
        }
}

static bool is_tiller(const Container& container) {
    const std::string_view path = image_path(container.image_node().scalar());
    return contains(path.substr(path.rfind('/') + 1), "tiller");
}

static void run_tiller(const Pod& pod, Reporter& report) {
    constexpr std::string_view message =
        "Tiller belongs to Helm 2, which is out of support, and acts with rights over the whole cluster; remove it and use Helm 3";
    bool found = false;
    for (const Container& container : pod.containers)
        if (is_tiller(container)) {
            report.at(image_name_place(container.image_node()), std::string(message)).container(container);
            found = true;
        }
    if (const yaml::Node label = pod.labels()["name"]; !found && label.text() == "tiller") report.at(label, std::string(message));
}

static void run_tiller_reachable(const Container& container, Reporter& report) {
    if (!is_tiller(container)) return;
    const std::string message = "Tiller takes orders from every pod of the cluster; add --listen=localhost:44134";
    yaml::Node listen;
    for (std::string_view list : {"command", "args"})
        for (yaml::Node word : container[list].items())
            if (contains(word.scalar(), "--listen") || contains(word.scalar(), "-listen=")) listen = word;
    if (!listen)
        report.missing(container, "args", message);
    else if (!contains(listen.scalar(), "localhost") && !contains(listen.scalar(), "127.0.0.1"))
        report.at(listen, message);
}

static void run_tiller_service(const Object& service, Reporter& report) {
    const std::string message = "this Service opens Tiller of Helm 2 to the cluster; remove it together with Tiller";
    const std::string_view name = service.name();
    if (name == "tiller" || name.starts_with("tiller-") || name.ends_with("-tiller"))
        report.at(service, message);
    else if (const yaml::Node selected = service.spec()["selector"]["name"]; selected.text() == "tiller")
        report.at(selected, message);
    else if (const yaml::Node label = service.labels()["name"]; label.text() == "tiller")
        report.at(label, message);
}

static void run_ingress_nginx(const Container& container, Reporter& report) {
    const Object& object = *container.pod->object;
    const yaml::Node image = container.image_node();
    if (!contains(image.scalar(), "nginx") || !(object.is("Deployment") || object.is("DaemonSet") || object.is("StatefulSet"))) return;
    const std::string_view path = image_path(image.scalar());
    for (std::string_view name : {"ingress-nginx/controller", "ingress-nginx/controller-chroot", "kubernetes-ingress-controller/nginx-ingress-controller"})
        if (ends_in_segments(path, name))
            report.at(image_name_place(image), "ingress-nginx is retired and gets no security fixes; move to a maintained Ingress or Gateway controller");
}

static constexpr Example dashboard_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: board}
spec:
  selector: {matchLabels: {k8s-app: kubernetes-dashboard}}
  template:
    metadata: {labels: {k8s-app: kubernetes-dashboard}}
    spec:
      containers:
      - name: board
        image: docker.io/kubernetesui/dashboard:v2.7.0
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the Kubernetes dashboard offers the rights of its account to whoever reaches it; remove it and use kubectl or a client of your own
)",
                                                  .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: board}
spec:
  selector: {matchLabels: {app: board}}
  template:
    metadata: {labels: {app: board}}
    spec:
      containers:
      - name: board
        image: example.org/sales/dashboard:v2.7.0
)",
                                                  .path = "app.yaml"},
                                                 {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: board
  labels:
    app: kubernetes-dashboard
         ^^^^^^^^^^^^^^^^^^^^ the Kubernetes dashboard offers the rights of its account to whoever reaches it; remove it and use kubectl or a client of your own
spec:
  containers:
  - name: board
    image: example.org/board:1
)",
                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: board
  labels:
    app: sales-dashboard
spec:
  containers:
  - name: board
    image: example.org/board:1
)",
                                                  .path = "app.yaml"}};

static constexpr Example ingress_nginx_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ingress}
spec:
  selector: {matchLabels: {app: ingress}}
  template:
    metadata: {labels: {app: ingress}}
    spec:
      containers:
      - name: controller
        image: registry.k8s.io/ingress-nginx/controller:v1.12.1
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ingress-nginx is retired and gets no security fixes; move to a maintained Ingress or Gateway controller
)",
                                                      .good = R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ingress}
spec:
  selector: {matchLabels: {app: ingress}}
  template:
    metadata: {labels: {app: ingress}}
    spec:
      containers:
      - name: controller
        image: docker.io/nginx/nginx-ingress:5.2.0
)",
                                                      .path = "app.yaml"}};

static constexpr Example tiller_examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: helm}
spec:
  selector: {matchLabels: {app: helm}}
  template:
    metadata: {labels: {app: helm, name: tiller}}
    spec:
      containers:
      - name: server
        image: gcr.io/kubernetes-helm/tiller:v2.16.9
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Tiller belongs to Helm 2, which is out of support, and acts with rights over the whole cluster; remove it and use Helm 3
)",
                                               .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: helm}
spec:
  selector: {matchLabels: {app: helm}}
  template:
    metadata: {labels: {app: helm, name: charts}}
    spec:
      containers:
      - name: server
        image: example.org/chartmuseum:v2.16.9
)",
                                               .path = "app.yaml"}};

static constexpr Example tiller_reachable_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: helm}
spec:
  containers:
  - name: server
          ^^^^^^ Tiller takes orders from every pod of the cluster; add --listen=localhost:44134
    image: gcr.io/kubernetes-helm/tiller:v2.16.9
  - name: other
    image: gcr.io/kubernetes-helm/tiller:v2.16.9
    args: ["--listen=10.7.2.8:44134"]
           ^^^^^^^^^^^^^^^^^^^^^^^^^ Tiller takes orders from every pod of the cluster; add --listen=localhost:44134
)",
                                                         .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: helm}
spec:
  containers:
  - name: server
    image: gcr.io/kubernetes-helm/tiller:v2.16.9
    args: ["--listen=localhost:44134"]
)",
                                                         .path = "app.yaml"}};

static constexpr Example tiller_service_examples[] = {{.bad = R"(
apiVersion: v1
kind: Service
metadata:
  name: tiller-deploy
        ^^^^^^^^^^^^^ this Service opens Tiller of Helm 2 to the cluster; remove it together with Tiller
spec:
  selector: {app: helm}
  ports: [{port: 44134}]
---
apiVersion: v1
kind: Service
metadata:
  name: helm
spec:
  selector: {name: tiller}
                   ^^^^^^ this Service opens Tiller of Helm 2 to the cluster; remove it together with Tiller
  ports: [{port: 44134}]
)",
                                                       .good = R"(
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: {app.kubernetes.io/managed-by: Tiller}
spec:
  selector: {app: web}
  ports: [{port: 80}]
)",
                                                       .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "ingress-nginx-controller-eol",
     .title = "ingress-nginx controller image is used (retired project).",
     .category = Category::supply_chain,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "The project ended in March 2026 and its repository is read-only. The controller stands at the edge of the cluster and reads every TLS key of the "
            "Ingresses, so a hole that stays open there is worth an attacker's time.",
     .aliases = {"kubescape:C-0292"},
     .standards = {"OWASP-K10"},
     .examples = ingress_nginx_examples,
     .run = on_containers(run_ingress_nginx)},
    {.id = "kubernetes-dashboard-deployed",
     .title = "Kubernetes dashboard is deployed.",
     .category = Category::security,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "The dashboard acts with the rights of its service account or of whoever has logged in, behind one web page. Clusters have been taken over "
            "through dashboards that were open by mistake, and the project is no longer maintained.",
     .aliases = {"checkov:CKV_K8S_33", "kubescape:C-0014", "kics:d2ad057f-0928-41ef-a83c-f59203bb855b", "terrascan:AC_K8S_0067", "mondoo:k8s-dashboard"},
     .standards = {"MITRE-T1133"},
     .examples = dashboard_examples,
     .run = on_pods(run_dashboard)},
    {.id = "tiller-deployed",
     .title = "Tiller (Helm 2) is deployed.",
     .category = Category::deprecation,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = "Tiller installs whatever it is asked to, as a rule with the rights of an administrator and without asking who calls. "
            "Helm 2 ended in 2020; Helm 3 works with the rights of the person who calls it.",
     .aliases = {"trivy:KSV-0102", "checkov:CKV_K8S_34", "kics:6d173be7-545a-46c6-a81d-2ae52ed1605d", "terrascan:AC_K8S_0071", "kyverno:disallow-helm-tiller",
                 "mondoo:tiller"},
     .standards = {"OWASP-K10"},
     .examples = tiller_examples,
     .run = on_pods(run_tiller)},
    {.id = "tiller-reachable",
     .title = "Tiller accepts connections from the cluster.",
     .category = Category::security,
     .severity = Severity::high,
     .profile = Profile::strict,
     .why = "Without --listen, Tiller answers on every address of its pod without asking for a password, so any pod of the cluster may install anything.",
     .aliases = {"checkov:CKV_K8S_45", "kics:e17fa86a-6222-4584-a914-56e8f6c87e06"},
     .examples = tiller_reachable_examples,
     .run = on_containers(run_tiller_reachable)},
    {.id = "tiller-service-present",
     .title = "Service for Tiller still exists.",
     .category = Category::deprecation,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "The Service gives every pod a name under which Tiller takes orders. Where Helm 2 is gone it is a leftover that somebody may put another program "
            "behind.",
     .aliases = {"checkov:CKV_K8S_44", "kics:8b862ca9-0fbd-4959-ad72-b6609bdaa22d", "terrascan:AC_K8S_0110"},
     .examples = tiller_service_examples,
     .run = on_objects({"Service"}, run_tiller_service)},
};

extern constinit const std::span<const Check> deployed_component = table;

}
