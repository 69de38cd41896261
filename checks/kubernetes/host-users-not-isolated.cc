#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::host_users_not_isolated {

// User namespaces are on by default from this minor on.
static constexpr unsigned first_minor = 33;

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (pod.windows() || pod.host_network() || pod.host_pid() || pod.host_ipc()) return;
    if (kubernetes::pod_security_minor(report.settings().kubernetes_version) < first_minor) return;
    constexpr std::string_view message = "set hostUsers to false: root in the container is then nobody on the node";
    if (pod["hostUsers"].is_true())
        report.at(pod["hostUsers"], std::string(message));
    else if (kubernetes::lacks(pod, "hostUsers"))
        report.missing(pod, "hostUsers", std::string(message));
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
^^^^ set hostUsers to false: root in the container is then nobody on the node
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostUsers: false
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostUsers: true
             ^^^^ set hostUsers to false: root in the container is then nobody on the node
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  containers:
  - name: app
    image: registry.example/app:1.2
)",
                                        .path = "app.yaml"}};

extern constinit const Check host_users_not_isolated = {
    .id = "host-users-not-isolated",
    .title = "Pod does not use a user namespace.",
    .category = Category::security,
    .severity = Severity::info,
    .profile = Profile::strict,
    .why = "With hostUsers: false the pod gets a user namespace of its own: user 0 in it has no rights on the node, and most escapes lead nowhere. It needs a "
           "current kernel, runtime and file systems that can map ids.",
    .aliases = {"kubesec:HostUsers"},
    .standards = {"CIS-Docker-5.31"},
    .examples = examples,
    .run = on_pods(run),
};

}
