#include "checks/kubernetes/refusal.h"

namespace plimsoll::checks::os_specific_field_mismatch {

using kubernetes::Container;
using yaml::Node;

static constexpr std::string_view linux_pod_fields[] = {"hostPID", "hostIPC", "hostUsers", "shareProcessNamespace"};
static constexpr std::string_view linux_pod_security[] = {
    "seLinuxOptions", "seccompProfile",     "appArmorProfile",         "fsGroup", "fsGroupChangePolicy", "sysctls", "runAsUser",
    "runAsGroup",     "supplementalGroups", "supplementalGroupsPolicy"};
static constexpr std::string_view linux_container_security[] = {
    "seLinuxOptions", "seccompProfile",           "appArmorProfile", "capabilities", "readOnlyRootFilesystem",
    "privileged",     "allowPrivilegeEscalation", "procMount",       "runAsUser",    "runAsGroup"};

// Marks the field itself: its value may be long.
static Draft refuse(Node value, std::string_view os, Reporter& report) {
    const Node key = value.key();
    return report.at(key ? key.span() : value.span(), "the API server refuses " + std::string(key.scalar()) + " for os.name " + std::string(os) + "; remove it")
        .field(value.path());
}

static void judge_linux_only(const kubernetes::Pod& pod, Reporter& report) {
    for (std::string_view field : linux_pod_fields) {
        // Of the first two only true matters.
        const bool flag = field == "hostPID" || field == "hostIPC";
        if (flag ? pod[field].is_true() : pod[field].is_set()) refuse(pod[field], "windows", report);
    }
    for (std::string_view field : linux_pod_security)
        if (pod.security()[field].is_set()) refuse(pod.security()[field], "windows", report);
    for (const Container& container : pod.containers)
        for (std::string_view field : linux_container_security)
            if (container.own_security()[field].is_set()) refuse(container.own_security()[field], "windows", report).container(container);
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (beyond_server(*pod.object, report)) return;
    const std::string_view os = pod.at("os.name").text_or_empty();
    if (os == "windows") judge_linux_only(pod, report);
    if (os != "linux") return;
    if (pod.security()["windowsOptions"].is_set()) refuse(pod.security()["windowsOptions"], os, report);
    for (const Container& container : pod.containers)
        if (container.own_security()["windowsOptions"].is_set()) refuse(container.own_security()["windowsOptions"], os, report).container(container);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  os: {name: windows}
  hostPID: true
  ^^^^^^^ the API server refuses hostPID for os.name windows; remove it
  securityContext:
    fsGroup: 2000
    ^^^^^^^ the API server refuses fsGroup for os.name windows; remove it
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      capabilities: {drop: [ALL]}
      ^^^^^^^^^^^^ the API server refuses capabilities for os.name windows; remove it
      runAsNonRoot: true
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  os: {name: windows}
  securityContext:
    windowsOptions: {runAsUserName: ContainerUser}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      runAsNonRoot: true
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  os:
    name: linux
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      windowsOptions: {runAsUserName: ContainerUser}
      ^^^^^^^^^^^^^^ the API server refuses windowsOptions for os.name linux; remove it
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  os:
    name: linux
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      runAsUser: 1000
)",
                                        .path = "app.yaml"}};

extern constinit const Check os_specific_field_mismatch = {
    .id = "os-specific-field-mismatch",
    .title = "Field does not fit the pod's operating system.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::bugs,
    .why = "Capabilities, user ids, seccomp, AppArmor, SELinux and most other settings of a securityContext exist on Linux only, windowsOptions on Windows "
           "only. Where os.name says what the pod is for, the API server refuses the fields of the other system.",
    .aliases = {refused},
    .examples = examples,
    .run = on_pods(run),
};

}
