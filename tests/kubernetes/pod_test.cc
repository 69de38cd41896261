#include "tests/kubernetes/manifest_fixture.h"

using namespace plimsoll::kubernetes;

namespace {

// A Pod with this spec, indented by two.
ManifestFile pod(const std::string& spec, const std::string& metadata = "{name: p}") {
    return ManifestFile("apiVersion: v1\nkind: Pod\nmetadata: " + metadata + "\nspec:\n" + spec);
}

std::string script(const std::string& fields) {
    const ManifestFile file = pod("  containers:\n  - {name: c, image: x, " + fields + "}\n");
    return std::string(file.pod().containers.front().shell_script().scalar());
}

}

TEST_CASE("pods are found in built-in and well-known custom kinds") {
    struct Row {
        std::string head, body;
        std::size_t pods, containers;
        bool partial;
    };
    const std::string spec = "{containers: [{name: c, image: x}]}";
    const Row rows[] = {
        {"apiVersion: v1\nkind: Pod\n", "spec: " + spec, 1, 1, false},
        {"apiVersion: v1\nkind: PodTemplate\n", "template: {spec: " + spec + "}", 1, 1, false},
        {"apiVersion: batch/v1\nkind: CronJob\n", "spec: {jobTemplate: {spec: {template: {spec: " + spec + "}}}}", 1, 1, false},
        {"apiVersion: extensions/v1beta1\nkind: DaemonSet\n", "spec: {template: {spec: " + spec + "}}", 1, 1, false},
        {"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n", "spec: {template: {spec: " + spec + "}}", 1, 1, false},
        {"apiVersion: serving.knative.dev/v1\nkind: Service\n", "spec: {template: {spec: " + spec + "}}", 1, 1, true},
        {"apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\n", "spec: {tasks: [{template: {spec: " + spec + "}}, {template: {spec: " + spec + "}}]}", 2, 1,
         false},
        {"apiVersion: kubeflow.org/v1\nkind: TFJob\n",
         "spec: {tfReplicaSpecs: {PS: {template: {spec: " + spec + "}}, Worker: {template: {spec: " + spec + "}}}}", 2, 1, false},
        {"apiVersion: tekton.dev/v1\nkind: Task\n", "spec: {steps: [{name: a, image: x}, {name: b, image: y}]}", 1, 2, true},
        {"apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n",
         "spec: {templates: [{name: t, container: {image: x}, initContainers: [{name: i, image: y}]}, {name: dag}]}", 1, 2, true},
        {"apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\n", "spec: {image: x}", 1, 1, true},
        {"apiVersion: v1\nkind: Service\n", "spec: " + spec, 0, 0, false},
        {"apiVersion: acme.dev/v1\nkind: Pod\n", "spec: " + spec, 0, 0, false},
    };
    for (const Row& row : rows) {
        INFO(row.head);
        const ManifestFile file(row.head + "metadata: {name: a}\n" + row.body + "\n");
        const auto& pods = file.object().pods();
        REQUIRE(pods.size() == row.pods);
        if (pods.empty()) continue;
        CHECK(pods.front().containers.size() == row.containers);
        CHECK(pods.front().partial == row.partial);
        CHECK(pods.front().object == &file.object());
        CHECK(pods.front().containers.front().pod == &pods.front());
    }
}

TEST_CASE("containers have a class") {
    const ManifestFile file =
        pod("  containers: [{name: a}]\n  initContainers: [{name: i}, {name: s, restartPolicy: Always}]\n  ephemeralContainers: [{name: e}]\n");
    const auto& containers = file.pod().containers;
    REQUIRE(containers.size() == 4);
    CHECK(containers[0].type == ContainerClass::app);
    CHECK(containers[1].type == ContainerClass::init);
    CHECK(containers[2].type == ContainerClass::sidecar);
    CHECK(containers[3].type == ContainerClass::ephemeral);
    CHECK(containers[2].long_running());
    CHECK_FALSE(containers[1].long_running());
}

TEST_CASE("the container's security context goes over the pod's") {
    const ManifestFile file = pod("  securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}, windowsOptions: "
                                  "{hostProcess: true}, privileged: true}\n"
                                  "  containers:\n  - {name: a, securityContext: {runAsNonRoot: false, runAsUser: 0}}\n  - {name: b, securityContext: "
                                  "{seccompProfile: {type: Unconfined}, "
                                  "privileged: true}}\n  - {name: c, securityContext: {runAsUser: ~, allowPrivilegeEscalation: false, capabilities: {add: "
                                  "[sys_admin], drop: [CAP_KILL]}}}\n");
    const auto& c = file.pod().containers;
    CHECK(c[0].run_as_non_root() == false);
    CHECK_FALSE(c[0].run_as_non_root().from_pod);
    CHECK(c[0].run_as_user() == 0);
    CHECK(c[1].run_as_non_root() == true);
    CHECK(c[1].run_as_non_root().from_pod);
    CHECK(c[2].run_as_user() == 1000);
    CHECK_FALSE(c[0].run_as_group().value);
    CHECK(c[0].seccomp_type() == "RuntimeDefault");
    CHECK(c[1].seccomp_type() == "Unconfined");
    CHECK(c[0].host_process() == true);
    CHECK_FALSE(c[0].privileged());
    CHECK(c[1].privileged());
    CHECK(c[0].may_escalate());
    CHECK(c[2].may_escalate());
    CHECK(c[2].adds("SYS_ADMIN"));
    CHECK(c[2].drops("KILL"));
    CHECK_FALSE(c[2].drops("ALL"));
    CHECK(c[2].added().front().name == "SYS_ADMIN");
    CHECK(c[2].dropped().front().name == "KILL");
}

TEST_CASE("AppArmor is read from the field, the annotation, then the pod") {
    const ManifestFile file = pod(
        "  securityContext: {appArmorProfile: {type: RuntimeDefault}}\n  containers:\n  - {name: a}\n  - {name: b, securityContext: {appArmorProfile: {type: "
        "Localhost}}}\n  - {name: c}\n",
        "{name: p, annotations: {container.apparmor.security.beta.kubernetes.io/b: unconfined, container.apparmor.security.beta.kubernetes.io/c: unconfined}}");
    const auto& c = file.pod().containers;
    CHECK(c[0].apparmor() == "RuntimeDefault");
    CHECK(c[1].apparmor() == "Localhost");
    CHECK(c[2].apparmor() == "Unconfined");
    CHECK(file.marked(c[2].apparmor().node.span()) == "unconfined");
}

TEST_CASE("values of the wrong type are no values") {
    const ManifestFile file =
        pod("  hostNetwork: \"true\"\n  containers:\n  - {name: a, image: [x], securityContext: {runAsNonRoot: \"true\", runAsUser: x}}\n  - text\n");
    REQUIRE(file.pod().containers.size() == 1);
    const Container& container = file.pod().containers.front();
    CHECK_FALSE(file.pod().host_network());
    CHECK_FALSE(container.image());
    CHECK_FALSE(container.run_as_non_root().value);
    CHECK(container.run_as_non_root().node);
    CHECK_FALSE(container.run_as_user().value);
}

TEST_CASE("images are parsed where they are text") {
    const ManifestFile file =
        pod("  containers:\n  - {name: a, image: \"acme/web:1.0\"}\n  - {name: b, image: \"acme/web:${TAG}\"}\n  - {name: c, image: \"Acme/Web:1\"}\n");
    const auto& c = file.pod().containers;
    REQUIRE(c[0].image());
    CHECK(file.marked(c[0].image_part(c[0].image()->tag)) == "1.0");
    CHECK_FALSE(c[1].image());
}

TEST_CASE("limits imply requests") {
    const ManifestFile file = pod("  containers: [{name: a, resources: {limits: {cpu: 1, memory: 2Gi}, requests: {memory: 1Gi}}}]\n");
    const Container& container = file.pod().containers.front();
    CHECK(container.request("cpu").scalar() == "1");
    CHECK(container.request("memory").scalar() == "1Gi");
    CHECK_FALSE(container.request("ephemeral-storage"));
}

TEST_CASE("the script of a shell is found behind options and wrappers") {
    CHECK(script("command: [sh, -c, echo 1]") == "echo 1");
    CHECK(script("command: [/bin/bash, -euxo, pipefail, -c], args: [echo 2]") == "echo 2");
    CHECK(script("command: [\"/usr/bin/env\", \"-i\", \"A=b\", bash, -ec, echo 3, name]") == "echo 3");
    CHECK(script("command: [tini, --, sh, -c, --, echo 4]") == "echo 4");
    CHECK(script("command: [timeout, -k, \"5\", \"10\", sh, -c, echo 5]") == "echo 5");
    CHECK(script("command: [/bin/busybox, sh, -c, echo 6]") == "echo 6");
    CHECK(script("args: [sh, -c, echo 7]") == "echo 7");
    CHECK(script("command: [sh, script.sh, -c]").empty());
    CHECK(script("command: [python, -c, print(1)]").empty());
    CHECK(script("command: sh -c x").empty());
    CHECK(script("command: [sh, -c]").empty());
}

TEST_CASE("marks of what is missing") {
    const ManifestFile file = pod("  securityContext: {}\n  containers:\n  - name: web\n    securityContext: {capabilities: {}}\n  - image: x\n");
    const auto& c = file.pod().containers;
    CHECK(file.marked(c[0].holder("securityContext.capabilities.drop")) == "capabilities");
    CHECK(file.marked(c[0].holder("securityContext.privileged")) == "securityContext");
    CHECK(file.marked(c[0].holder("resources.limits")) == "web");
    CHECK(file.marked(file.pod().holder("securityContext.runAsUser")) == "securityContext");
    CHECK(file.marked(file.pod().holder("automountServiceAccountToken")) == "spec");
}

TEST_CASE("facts of a pod") {
    const ManifestFile file = pod(
        "  serviceAccount: old\n  restartPolicy: Never\n  nodeSelector: {kubernetes.io/os: windows}\n  volumes: [{name: v, emptyDir: {}}]\n  containers: []\n");
    CHECK(file.pod().service_account() == "old");
    CHECK(file.pod().windows());
    CHECK(file.pod().runs_to_completion());
    CHECK(file.pod().volume("v"));
    CHECK_FALSE(file.pod().volume("w"));
    CHECK(pod("  os: {name: linux}\n  nodeSelector: {kubernetes.io/os: windows}\n  containers: []\n").pod().windows() == false);
    CHECK(pod("  containers: []\n").pod().service_account() == "default");
}
