#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"

namespace plimsoll::checks::agent_sandbox_hardening {

using kubernetes::Object;

static bool covers_everything(yaml::Node peer) {
    const yaml::Node block = peer["ipBlock"];
    if (!block) return false;
    const std::string_view cidr = block["cidr"].text_or_empty();
    return (cidr.empty() && !block["cidr"].is_placeholder()) || (cidr.ends_with("/0") && block["except"].empty());
}

static void judge_network(const Object& object, Reporter& report) {
    const yaml::Node management = object.spec()["networkPolicyManagement"], policy = object.spec()["networkPolicy"];
    if (management.text() == "Unmanaged") {
        report.at(management, "nothing limits what the sandbox may connect to; use Managed with a networkPolicy").only({"kubescape:C-0301"});
        return;
    }
    if (!policy.is_set())
        report.missing(object, "spec.networkPolicy", "without a networkPolicy the sandbox may reach the whole internet; list what it needs")
            .only({"kubescape:C-0301"});
    for (yaml::Node rule : policy["egress"].items()) {
        const yaml::Node to = rule["to"];
        if (to.empty()) report.at(rule, "an egress rule without 'to' allows every destination; name the peers").only({"kubescape:C-0301"});
        for (yaml::Node peer : to.items())
            if (covers_everything(peer)) report.at(peer, "this peer is the whole internet; name the addresses that are needed").only({"kubescape:C-0301"});
    }
}

static void judge_runtime(const Object& object, yaml::Node pod, Reporter& report) {
    const yaml::Node runtime = pod["runtimeClassName"];
    const std::vector<std::string>& classes = report.list("runtime_classes");
    if (!runtime.is_set())
        report
            .missing(object, "spec.podTemplate.spec.runtimeClassName",
                     "code of agents runs on the kernel of the node; set runtimeClassName to a sandboxed runtime")
            .only({"kubescape:C-0297"});
    else if (runtime.text() && std::ranges::find(classes, *runtime.text()) == classes.end())
        report.at(runtime, "runtime class " + quote(runtime.scalar()) + " is not among the sandboxed ones; use one that is").only({"kubescape:C-0297"});
}

static void judge_container(yaml::Node container, Reporter& report) {
    for (std::string_view resource : {"cpu", "memory"})
        if (!container["resources"]["limits"][resource].is_set())
            report
                .at(container["name"],
                    "the sandbox has no " + std::string(resource) + " limit, so one agent can starve the node; set resources.limits." + std::string(resource))
                .only({"kubescape:C-0303"});
    const yaml::Node image = container["image"];
    const std::vector<std::string>& registries = report.list("registries");
    const std::optional<docker::Reference> reference = image.text() ? docker::parse_reference(*image.text()) : std::nullopt;
    if (registries.empty() || !reference) return;
    const std::string registry = reference->registry();
    if (std::ranges::find(registries, registry) == registries.end())
        report.at(image, "registry " + quote(registry) + " is not among those for sandboxes; take the image from one that is").only({"kubescape:C-0304"});
}

static void run(const Object& object, Reporter& report) {
    if (object.kind() != "SandboxTemplate" || !object.group().ends_with("agents.x-k8s.io")) return;
    const yaml::Node pod = object.at("spec.podTemplate.spec");
    if (!pod.is_mapping()) return;
    judge_network(object, report);
    judge_runtime(object, pod, report);
    for (std::string_view list : {"initContainers", "containers"})
        for (yaml::Node container : pod[list].items()) judge_container(container, report);
}

static constexpr Option options[] = {
    {.name = "registries", .value = {}, .what = "Registries that images of sandboxes may come from; all without."},
    {.name = "runtime_classes",
     .value = "gvisor runsc kata kata-qemu kata-clh kata-fc kata-qemu-snp kata-qemu-tdx",
     .what = "Runtime classes that isolate the kernel of the node."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: extensions.agents.x-k8s.io/v1alpha1
kind: SandboxTemplate
metadata:
  name: python
spec:
  networkPolicy:
    egress:
    - ports: [{port: 53, protocol: UDP}]
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ an egress rule without 'to' allows every destination; name the peers
  podTemplate:
    spec:
      runtimeClassName: runc
                        ^^^^ runtime class 'runc' is not among the sandboxed ones; use one that is
      containers:
      - name: python
              ^^^^^^ the sandbox has no cpu limit, so one agent can starve the node; set resources.limits.cpu
        image: example.org/python:3.13
        resources: {limits: {memory: 1Gi}}
)",
                                        .good = R"(
apiVersion: extensions.agents.x-k8s.io/v1alpha1
kind: SandboxTemplate
metadata:
  name: python
spec:
  networkPolicy:
    egress:
    - to: [{ipBlock: {cidr: 10.0.0.0/8}}]
  podTemplate:
    spec:
      runtimeClassName: gvisor
      containers:
      - name: python
        image: example.org/python:3.13
        resources: {limits: {memory: 1Gi, cpu: "2"}}
)",
                                        .path = "app.yaml"}};

extern constinit const Check agent_sandbox_hardening = {
    .id = "agent-sandbox-hardening",
    .title = "Agent SandboxTemplate lacks hardening.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "A sandbox runs code that nobody has read. It should not share the node's kernel, reach whatever it likes, or use up the node.",
    .aliases = {"kubescape:C-0297", "kubescape:C-0301", "kubescape:C-0303", "kubescape:C-0304"},
    .options = options,
    .examples = examples,
    .run = on_every_object(run),
};

}
