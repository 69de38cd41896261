#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::host_network_port_mismatch {

using yaml::Node;

static void run(const kubernetes::Container& container, Reporter& report) {
    // The API server looks at these containers only.
    if (!container.pod->host_network() || container.type != kubernetes::ContainerClass::app) return;
    for (const Node port : container["ports"].items()) {
        const std::optional<std::int64_t> host = port["hostPort"].integer(), inner = port["containerPort"].integer();
        if (!host || !inner || *host == 0 || *host == *inner) continue;
        const std::string wanted(port["containerPort"].scalar());
        report.at(port["hostPort"], "with hostNetwork the hostPort must equal the containerPort; write " + wanted + " or remove it")
            .fix("Use the containerPort", Safety::safe, yaml::replace_scalar(container.pod->object->manifest().source(), port["hostPort"], wanted));
    }
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostNetwork: true
  containers:
  - name: app
    image: registry.example/app:1.2
    ports:
    - containerPort: 8080
      hostPort: 80
                ^^ with hostNetwork the hostPort must equal the containerPort; write 8080 or remove it
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
    ports:
    - containerPort: 8080
      hostPort: 8080
)",
                                        .path = "app.yaml"}};

extern constinit const Check host_network_port_mismatch = {
    .id = "host-network-port-mismatch",
    .title = "hostNetwork pod with hostPort different from containerPort.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .fix = Safety::safe,
    .why = "A pod in the network of the node listens on the node's ports directly, so nothing can be mapped. The API server refuses a hostPort that differs "
           "from the containerPort.",
    .examples = examples,
    .run = on_containers(run),
};

}
