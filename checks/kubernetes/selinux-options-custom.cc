#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::selinux_options_custom {

using yaml::Node;

static void judge(const kubernetes::Pod& pod, Node options, const kubernetes::Container* container, Reporter& report) {
    if (!options.is_set()) return;
    auto finish = [&](Draft draft) {
        if (container) draft.container(*container);
        if (!kubernetes::is_judged_by_pod_security(pod)) draft.without("pss");
    };
    const unsigned minor = kubernetes::pod_security_minor(report.settings().kubernetes_version);
    const std::string_view type = options["type"].text_or_empty();
    const std::vector<std::string>& allowed = report.list("allow_types");
    if (!kubernetes::is_allowed_selinux_type(type, minor) && std::find(allowed.begin(), allowed.end(), type) == allowed.end())
        finish(report.at(options["type"], "the SELinux type " + quote(type) + " leaves the confinement of containers; use container_t"));
    for (std::string_view field : {"user", "role"})
        if (!options[field].text_or_empty().empty())
            finish(report.at(options[field], "do not set the SELinux " + std::string(field) + "; the runtime chooses it"));
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    judge(pod, pod.security()["seLinuxOptions"], nullptr, report);
    for (const kubernetes::Container& container : pod.containers) judge(pod, container.own_security()["seLinuxOptions"], &container, report);
}

static constexpr Option options[] = {{.name = "allow_types", .what = "further SELinux types that may be used"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    seLinuxOptions: {level: "s0:c1,c2", user: system_u}
                                              ^^^^^^^^ do not set the SELinux user; the runtime chooses it
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      seLinuxOptions:
        type: spc_t
              ^^^^^ the SELinux type 'spc_t' leaves the confinement of containers; use container_t
        role: system_r
              ^^^^^^^^ do not set the SELinux role; the runtime chooses it
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  securityContext:
    seLinuxOptions: {level: "s0:c1,c2"}
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext:
      seLinuxOptions:
        type: container_engine_t
)",
                                        .path = "app.yaml"}};

extern constinit const Check selinux_options_custom = {
    .id = "selinux-options-custom",
    .title = "SELinux type, user or role overridden.",
    .category = Category::security,
    .severity = Severity::medium,
    .profile = Profile::recommended,
    .why = "The SELinux types made for containers keep a process away from the files and processes of the node. Types such as spc_t do not, nor do other users "
           "and roles. Setting the level is fine.",
    .aliases = {"trivy:KSV-0025", "kubescape:C-0211", "datree:EKS_INVALID_SELINUXOPTIONS_TYPE_VALUE", "datree:EKS_INVALID_SELINUXOPTIONS_USER_VALUE",
                "datree:EKS_INVALID_SELINUXOPTIONS_ROLE_VALUE", "marvin:M-107", "kyverno:disallow-selinux", "gatekeeper:selinux", "psa:seLinuxOptions",
                "pss:baseline/seLinuxOptions", "pss:restricted/seLinuxOptions"},
    .standards = {"PSS-baseline", "CIS-Docker-5.3"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
