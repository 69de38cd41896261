#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/inheritance.h"

namespace plimsoll::checks::windows_run_as_administrator {

using kubernetes::Container;

// "DOMAIN\\user" or "user": the names of accounts that may do everything.
static bool is_administrator(std::string_view name) {
    name.remove_prefix(std::min(name.rfind('\\') + 1, name.size()));
    auto same = [&](std::string_view other) {
        return name.size() == other.size() && std::equal(name.begin(), name.end(), other.begin(), [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    };
    return same("ContainerAdministrator") || same("Administrator") || same("SYSTEM");
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    if (!pod.windows()) return;
    auto user = [](const Container& container) { return kubernetes::security_text(container, "windowsOptions.runAsUserName"); };
    kubernetes::each_setting(pod, user, [&](const auto& name, const Container* container) {
        if (!name.value || !is_administrator(*name.value)) return;
        Draft draft = report.at(name.node, quote(*name.value) + " may do everything in the container; use ContainerUser");
        if (container) draft.container(*container);
    });
    constexpr std::string_view path = "securityContext.windowsOptions.runAsUserName";
    auto unset = [&](const Container& container) { return kubernetes::lacks(container, path) && kubernetes::lacks(pod, path); };
    kubernetes::each_lacking(pod, unset, [&](const Container* container) {
        constexpr std::string_view message = "set runAsUserName to ContainerUser: the image decides, and may run as administrator";
        Draft draft = container ? report.missing(*container, path, std::string(message)) : report.missing(pod, path, std::string(message));
        if (container) draft.container(*container);
    });
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  os: {name: windows}
  securityContext:
    windowsOptions: {runAsUserName: ContainerAdministrator}
                                    ^^^^^^^^^^^^^^^^^^^^^^ 'ContainerAdministrator' may do everything in the container; use ContainerUser
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
  os: {name: windows}
  securityContext:
    windowsOptions: {runAsUserName: ContainerUser}
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
  os: {name: windows}
  containers:
  - name: app
          ^^^ set runAsUserName to ContainerUser: the image decides, and may run as administrator
    image: registry.example/app:1.2
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
)",
                                        .path = "app.yaml"}};

extern constinit const Check windows_run_as_administrator = {
    .id = "windows-run-as-administrator",
    .title = "Windows container does not run as ContainerUser.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "ContainerAdministrator is the default of many Windows images and may change everything in the container. ContainerUser has the rights of an "
           "ordinary account.",
    .aliases = {"kubescape:C-0211", "kyverno:require-run-as-containeruser"},
    .standards = {"NSA-pod-nonroot"},
    .examples = examples,
    .run = on_pods(run),
};

}
