#include <algorithm>
#include <charconv>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::container_ports {

using kubernetes::Container;
using kubernetes::Object;

static bool tcp(yaml::Node port) {
    const yaml::Node protocol = port["protocol"];
    return !protocol.is_set() || protocol.text_or_empty().empty() || protocol.text() == "TCP";
}

// The option names numbers, as "22" or "5005=JDWP".
static const std::string* listed_port(const std::vector<std::string>& rows, std::int64_t number) {
    for (const std::string& row : rows) {
        std::int64_t value = 0;
        const char* end = row.data() + std::min(row.find('='), row.size());
        if (std::from_chars(row.data(), end, value).ptr == end && value == number) return &row;
    }
    return nullptr;
}

static std::string label_of(const std::string& row, std::string_view otherwise) {
    const std::size_t equals = row.find('=');
    return equals == std::string::npos ? std::string(otherwise) : row.substr(equals + 1);
}

static void run_privileged(const Container& container, Reporter& report) {
    for (yaml::Node port : container["ports"].items()) {
        const yaml::Node number = port["containerPort"];
        const std::int64_t value = number.integer().value_or(0);
        if (value > 0 && value < 1024)
            report.at(number, "port " + std::to_string(value) + " is one that only root may open by custom; listen above 1023 and let the Service map it");
    }
}

static void run_ssh_container(const Container& container, Reporter& report) {
    for (yaml::Node port : container["ports"].items()) {
        const yaml::Node number = port["containerPort"];
        const std::optional<std::int64_t> value = number.integer();
        if (value && tcp(port) && listed_port(report.list("ports"), *value))
            report.at(number, "port " + std::to_string(*value) + " is for SSH; use kubectl exec or an ephemeral container instead of a server in the pod");
    }
}

static void run_sshd(const Container& container, Reporter& report) {
    const yaml::Node program = container["command"].empty() ? container["args"][std::size_t{0}] : container["command"][std::size_t{0}];
    if (program.scalar() == "sshd" || program.scalar().ends_with("/sshd"))
        report.at(program, "this container is an SSH server; use kubectl exec or an ephemeral container instead").only({"marvin:M-203"});
}

static void run_ssh(const Container& container, Reporter& report) {
    run_sshd(container, report);
    run_ssh_container(container, report);
}

static void run_ssh_service(const Object& service, Reporter& report) {
    if (service.spec()["selector"].empty()) return;
    for (yaml::Node port : service.spec()["ports"].items()) {
        const yaml::Node target = port["targetPort"].is_set() ? port["targetPort"] : port["port"];
        const std::optional<std::int64_t> value = target.integer();
        if (value && tcp(port) && (listed_port(report.list("ports"), *value) || *value == 2222))
            report.at(target, "port " + std::to_string(*value) + " of the pods is for SSH; use kubectl exec instead of a server in the pod")
                .only({"kubescape:C-0042"});
    }
}

static void run_admin(const Container& container, Reporter& report) {
    for (yaml::Node port : container["ports"].items()) {
        const yaml::Node number = port["containerPort"];
        const std::optional<std::int64_t> value = number.integer();
        if (!value || !tcp(port)) continue;
        if (const std::string* row = listed_port(report.list("ports"), *value))
            report.at(number, "port " + std::to_string(*value) + " belongs to " + label_of(*row, "an administration protocol") +
                                  ", which gives whoever connects control of the process; do not offer it outside of the pod");
    }
}

static constexpr Option ssh_options[] = {{.name = "ports", .value = "22", .what = "TCP ports of SSH servers."}};

static constexpr Option admin_options[] = {
    {.name = "ports",
     .value = "2345=Delve 2375=Docker 4000=Delve 5005=JDWP 5678=debugpy 5900=VNC 5901=VNC 8787=JDWP 9229=node-inspector 3389=RDP 23=telnet 512=rexec "
              "513=rlogin 514=rsh",
     .what = "TCP ports of debuggers and of protocols for administration; NUMBER or NUMBER=NAME."},
};

static constexpr Example privileged_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    ports:
    - containerPort: 80
                     ^^ port 80 is one that only root may open by custom; listen above 1023 and let the Service map it
    - {containerPort: 443, protocol: UDP}
                      ^^^ port 443 is one that only root may open by custom; listen above 1023 and let the Service map it
    - containerPort: 8080
)",
                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    ports:
    - containerPort: 8080
    - containerPort: ${PORT}
)",
                                                   .path = "app.yaml"}};

static constexpr Example ssh_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    command: [/usr/sbin/sshd, -D]
              ^^^^^^^^^^^^^^ this container is an SSH server; use kubectl exec or an ephemeral container instead
    ports:
    - containerPort: 22
                     ^^ port 22 is for SSH; use kubectl exec or an ephemeral container instead of a server in the pod
)",
                                            .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    ports:
    - containerPort: 8022
    - containerPort: 22
      protocol: UDP
)",
                                            .path = "app.yaml"},
                                           {.bad = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - port: 8022
    targetPort: 22
                ^^ port 22 of the pods is for SSH; use kubectl exec instead of a server in the pod
)",
                                            .good = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - port: 22
    targetPort: 8022
)",
                                            .path = "app.yaml"}};

static constexpr Example admin_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    ports:
    - containerPort: 8080
    - containerPort: 5005
                     ^^^^ port 5005 belongs to JDWP, which gives whoever connects control of the process; do not offer it outside of the pod
)",
                                              .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    ports:
    - containerPort: 8080
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "container-port-admin",
     .title = "Container exposes an administration or debugger port.",
     .category = Category::security,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "Debuggers and the protocols of old administration tools run any code for whoever reaches them, most of them without asking for a password.",
     .aliases = {"sonar:S6473"},
     .options = admin_options,
     .examples = admin_examples,
     .run = on_containers(run_admin)},
    {.id = "container-port-privileged",
     .title = "containerPort is below 1024.",
     .category = Category::security,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why =
         "Where the node keeps the old rule, a program needs root or NET_BIND_SERVICE to open such a port, and the container gets more rights than it needs. "
         "The port of a Service may be 80 whatever the container listens on.",
     .aliases = {"trivy:KSV-0117", "kube-linter:privileged-ports"},
     .standards = {"CIS-Docker-5.8"},
     .examples = privileged_examples,
     .run = on_containers(run_privileged)},
    {.id = "container-port-ssh",
     .title = "Container or service exposes an SSH port.",
     .category = Category::security,
     .severity = Severity::medium,
     .profile = Profile::recommended,
     .why = "An SSH server in a container means keys, users and patches that the cluster knows nothing of, and a way in that leaves no trace in the audit log. "
            "kubectl exec and ephemeral containers do the same under the rules of the cluster.",
     .aliases = {"kube-linter:ssh-port", "kubescape:C-0042", "marvin:M-203", "sonar:S6473"},
     .standards = {"CIS-Docker-5.7", "MITRE-T1021.004"},
     .options = ssh_options,
     .examples = ssh_examples,
     .run = on_objects({"Service"}, run_ssh_service) | on_containers(run_ssh)},
};

extern constinit const std::span<const Check> container_ports = table;

}
