#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What the API server wants of a container's own fields.

namespace plimsoll::checks::container_fields {

using kubernetes::Container;
using kubernetes::Pod;
using yaml::Node;

// ---- names, images, ports ---------------------------------------------------------------------------------------------

static void judge_image(const Container& container, Refusals& refusals) {
    const Node image = container.image_node();
    refusals.needs(container.node, "image", "the image");
    if (const std::string_view text = image.text_or_empty(); !text.empty() && refusals.object().is("Pod"))
        if (text.front() == ' ' || text.back() == ' ' || text.front() == '\t' || text.back() == '\t')
            refusals.wrong(image, "blanks stand before or behind the reference; remove them");
}

static void run_name(const Container& container, Reporter& report) {
    if (!container.pod->object->builtin()) return;
    Refusals refusals(*container.pod->object, report);
    const Node name = container["name"];
    refusals.label(name);
    refusals.one_of(container["restartPolicy"], {"Always", "OnFailure", "Never"});
    // Another check words what is wrong with images for people; here is what the API server says.
    if (refusals.as_server()) judge_image(container, refusals);
}

namespace {

struct HostPort {
    std::string_view protocol, address;
    std::int64_t number;
    bool operator==(const HostPort&) const = default;
};

// Ports of the node that the containers take; init containers run one by one and clash with themselves only.
class HostPorts {
public:
    void add(Node port, Refusals& refusals) {
        const auto number = port["hostPort"].integer();
        if (!number || *number == 0 || taken_.size() > most) return;
        const std::string_view protocol = port["protocol"].text_or_empty();
        const HostPort mine{protocol.empty() ? "TCP" : protocol, port["hostIP"].text_or_empty(), *number};
        if (std::find(taken_.begin(), taken_.end(), mine) != taken_.end())
            refusals.wrong(port["hostPort"], "host port " + std::to_string(*number) + " is taken by another port of this pod; use another one");
        else
            taken_.push_back(mine);
    }
    void clear() { taken_.clear(); }

private:
    static constexpr std::size_t most = 1000;
    std::vector<HostPort> taken_;
};

}

static void judge_host_port(const Pod& pod, Node port, bool app, Refusals& refusals) {
    const Node host = port["hostPort"];
    if (const auto number = host.integer(); number && *number != 0) refusals.range(host, 1, 65535);
    // Other checks tell people of the ports of the node's own network.
    if (!refusals.as_server() || !app || !pod.host_network()) return;
    const auto number = host.integer();
    if (number && *number != 0 && port["containerPort"].integer() && *number != *port["containerPort"].integer())
        refusals.wrong(host, "with hostNetwork the port of the node and of the container are the same; write the same number");
}

static void run_host_ports(const Pod& pod, Reporter& report) {
    if (!pod.object->builtin()) return;
    Refusals refusals(*pod.object, report);
    HostPorts taken;
    for (const char* list : {"initContainers", "containers"}) {
        const bool app = std::string_view(list) == "containers";
        taken.clear();
        for (Node container : pod[list].items()) {
            if (!app) taken.clear();
            for (Node port : container["ports"].items()) {
                judge_host_port(pod, port, app, refusals);
                taken.add(port, refusals);
            }
        }
    }
}

// ---- volume mounts ----------------------------------------------------------------------------------------------------

static bool climbs(std::string_view path) {
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (path.substr(0, end) == "..") return true;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
}

// Paths below the volume. The API server names the list without its index.
static void judge_sub_path(Node mounts, Node path, Refusals& refusals) {
    const std::string_view text = path.text_or_empty();
    if (text.empty() || (text.front() != '/' && !climbs(text))) return;
    refusals.wrong(path, quote(text) + " leads out of the volume; write a relative path without '..'")
        .field(server_path(refusals, mounts, "." + std::string(path.key().scalar())));
}

static void judge_propagation(const Container& container, Node mount, Refusals& refusals) {
    const Node propagation = mount["mountPropagation"];
    // The schema says it as well, under the name that the field has.
    if (const std::string_view text = propagation.text_or_empty();
        refusals.as_server() && !text.empty() && text != "None" && text != "HostToContainer" && text != "Bidirectional")
        refusals.wrong(propagation, quote(text) + " is not known here").field(server_path(refusals, container["volumeMounts"], ".mountPropagation"));
    if (propagation.text() == "Bidirectional" && !container.own_security()["privileged"].is_true())
        refusals.wrong(propagation, "Bidirectional is for privileged containers only; use HostToContainer")
            .field(server_path(refusals, container["volumeMounts"], ".mountPropagation"));
}

static void judge_recursive(const Container& container, Node mount, Refusals& refusals) {
    const Node recursive = mount["recursiveReadOnly"];
    const std::string_view text = recursive.text_or_empty();
    if (text.empty() || text == "Disabled") return;
    std::string_view wrong;
    if (text != "Enabled" && text != "IfPossible")
        wrong = " is not known here; use Disabled, IfPossible or Enabled";
    else if (!mount["readOnly"].is_true() && !mount["readOnly"].is_placeholder())
        wrong = " needs readOnly: true beside it";
    else if (const std::string_view propagation = mount["mountPropagation"].text_or_empty(); !propagation.empty() && propagation != "None")
        wrong = " and mountPropagation exclude each other";
    if (!wrong.empty())
        refusals.wrong(recursive, quote(text) + std::string(wrong)).field(server_path(refusals, container["volumeMounts"], ".recursiveReadOnly"));
}

static void run_mounts(const Container& container, Reporter& report) {
    const Node mounts = container["volumeMounts"];
    if (!container.pod->object->builtin() || mounts.empty()) return;
    Refusals refusals(*container.pod->object, report);
    for (Node mount : mounts.items()) {
        judge_sub_path(mounts, mount["subPath"], refusals);
        judge_sub_path(mounts, mount["subPathExpr"], refusals);
        if (!mount["subPath"].text_or_empty().empty() && !mount["subPathExpr"].text_or_empty().empty())
            refusals.clash(mount["subPathExpr"], "subPath and subPathExpr exclude each other; keep one");
        judge_propagation(container, mount, refusals);
        judge_recursive(container, mount, refusals);
    }
}

static void run_devices(const Container& container, Reporter& report) {
    const Node devices = container["volumeDevices"];
    if (!container.pod->object->builtin() || devices.empty()) return;
    Refusals refusals(*container.pod->object, report);
    for (Node device : devices.items()) {
        const Node name = device["name"], path = device["devicePath"];
        if (climbs(path.text_or_empty())) refusals.wrong(path, "the path of a device holds no '..'; write it out");
        const Node volume = container.pod->volume(name.text_or_empty());
        if (volume && volume.size() > 1 && !volume["persistentVolumeClaim"].is_set() && !volume["ephemeral"].is_set())
            refusals.wrong(name, "only a volume of a claim is a device; use persistentVolumeClaim or ephemeral, or mount it");
    }
}

static constexpr Example name_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: set_up, image: "example.org/web:1.4", restartPolicy: Sometimes}
           ^^^^^^ 'set_up' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
                                                                ^^^^^^^^^ 'Sometimes' is not known here; use one of Always, OnFailure, Never
  containers:
  - {name: Web, image: "example.org/web:1.4"}
           ^^^ 'Web' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
  - {name: a.b, image: "example.org/web:1.4"}
           ^^^ 'a.b' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: set-up, image: "example.org/web:1.4", restartPolicy: Always}
  containers:
  - {name: web, image: "example.org/web:1.4"}
  - {name: "${NAME}", image: "example.org/web:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
              ^^^ the image is needed; add image
)",
     .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "example.org/web:1.4"}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example host_port_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    ports:
    - {containerPort: 80, hostPort: 65536}
                                    ^^^^^ '65536' is out of range; use 1 to 65535
    - {containerPort: 81, hostPort: 8080}
    - {containerPort: 82, hostPort: 8080, protocol: TCP}
                                    ^^^^ host port 8080 is taken by another port of this pod; use another one
  - name: other
    image: example.org/web:1.4
    ports:
    - {containerPort: 83, hostPort: 8080}
                                    ^^^^ host port 8080 is taken by another port of this pod; use another one
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: init, image: "example.org/web:1.4", ports: [{containerPort: 80, hostPort: 8080}]}
  containers:
  - name: web
    image: example.org/web:1.4
    ports:
    - {containerPort: 80, hostPort: 8080}
    - {containerPort: 80, hostPort: 8080, protocol: UDP}
    - {containerPort: 80, hostPort: 8080, hostIP: 192.0.2.1}
    - {containerPort: 81, hostPort: 0}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostNetwork: true
  containers:
  - {name: web, image: "example.org/web:1.4", ports: [{containerPort: 80, hostPort: 8080}]}
                                                                                    ^^^^ with hostNetwork the port of the node and of the container are the same; write the same number
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostNetwork: true
  containers:
  - {name: web, image: "example.org/web:1.4", ports: [{containerPort: 80, hostPort: 80}, {containerPort: 81}]}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example device_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    volumeDevices:
    - {name: scratch, devicePath: /dev/a}
             ^^^^^^^ only a volume of a claim is a device; use persistentVolumeClaim or ephemeral, or mount it
    - {name: data, devicePath: /dev/../b}
                               ^^^^^^^^^ the path of a device holds no '..'; write it out
  volumes:
  - {name: scratch, emptyDir: {}}
  - {name: data, persistentVolumeClaim: {claimName: data}}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    volumeDevices:
    - {name: data, devicePath: /dev/b}
  volumes:
  - {name: data, persistentVolumeClaim: {claimName: data}}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example mount_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    volumeMounts:
    - {name: data, mountPath: /a, subPath: ../x}
                                           ^^^^ '../x' leads out of the volume; write a relative path without '..'
    - {name: data, mountPath: /b, subPath: /x}
                                           ^^ '/x' leads out of the volume; write a relative path without '..'
    - {name: data, mountPath: /c, subPath: x, subPathExpr: $(X)}
                                              ^^^^^^^^^^^ subPath and subPathExpr exclude each other; keep one
    - {name: data, mountPath: /d, mountPropagation: Bidirectional}
                                                    ^^^^^^^^^^^^^ Bidirectional is for privileged containers only; use HostToContainer
    - {name: data, mountPath: /e, recursiveReadOnly: Enabled}
                                                     ^^^^^^^ 'Enabled' needs readOnly: true beside it
    - {name: data, mountPath: /f, readOnly: true, recursiveReadOnly: Always}
                                                                     ^^^^^^ 'Always' is not known here; use Disabled, IfPossible or Enabled
  volumes:
  - {name: data, emptyDir: {}}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    securityContext: {privileged: true}
    volumeMounts:
    - {name: data, mountPath: /a, subPath: x/..y}
    - {name: data, mountPath: /c, subPathExpr: $(X)}
    - {name: data, mountPath: /d, mountPropagation: Bidirectional}
    - {name: data, mountPath: /e, readOnly: true, recursiveReadOnly: Enabled}
  volumes:
  - {name: data, emptyDir: {}}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Check table[] = {
    {.id = "container-name-invalid",
     .title = "Container name is not a DNS label.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "The name of a container is at most 63 lower-case letters, digits and dashes. The API server refuses anything else.",
     .aliases = {refused},
     .examples = name_examples,
     .run = on_containers(run_name)},
    {.id = "host-port-invalid",
     .title = "Port of the node is out of range or taken twice.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "Each port of the node can be given out once in a pod for a protocol and an address. The API server refuses a pod that asks twice.",
     .aliases = {refused},
     .examples = host_port_examples,
     .run = on_pods(run_host_ports)},
    {.id = "volume-device-invalid",
     .title = "Block device is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "Only volumes that come from a claim can be given to a container as a raw device.",
     .aliases = {refused},
     .examples = device_examples,
     .run = on_containers(run_devices)},
    {.id = "volume-mount-invalid",
     .title = "Volume mount is one that the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "A mount stays inside its volume, and the finer settings exclude each other or need privileges. The API server refuses the object.",
     .aliases = {refused},
     .examples = mount_examples,
     .run = on_containers(run_mounts)},
};

extern constinit const std::span<const Check> container_fields = table;

}
