#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/pod_security.h"

namespace plimsoll::checks::pss_profile_violated {

using kubernetes::PodSecurityBreach;
using kubernetes::PodSecurityLevel;

static std::string message_of(const PodSecurityBreach& breach, std::string_view level, std::string_view control) {
    std::string text(level);
    if (!breach.missing.empty())
        text.append(" asks for ").append(breach.missing).append(": ").append(breach.wanted);
    else if (breach.node.is_scalar())
        text.append(" forbids ").append(quote(breach.node.scalar())).append(" here");
    else
        text.append(" forbids this");
    return text.append(" (").append(control).append(")");
}

static Draft place(const kubernetes::Pod& pod, const PodSecurityBreach& breach, std::string message, Reporter& report) {
    if (breach.missing.empty()) {
        Draft draft = report.at(breach.node.is_scalar() || !breach.node.key() ? breach.node : breach.node.key(), std::move(message));
        draft.field(breach.node.path());
        return draft;
    }
    return breach.container ? report.missing(*breach.container, breach.missing, std::move(message)) : report.missing(pod, breach.missing, std::move(message));
}

static Span span_of(const kubernetes::Pod& pod, const PodSecurityBreach& breach) {
    if (breach.missing.empty()) return breach.node.span();
    return breach.container ? breach.container->holder(breach.missing) : pod.holder(breach.missing);
}

static void run(const kubernetes::Pod& pod, Reporter& report) {
    const std::string_view level = report.text("profile") == "baseline" ? "baseline" : "restricted", version = report.text("version");
    const unsigned minor = kubernetes::pod_security_minor(version.empty() ? std::string_view(report.settings().kubernetes_version) : version);
    const bool newest = minor >= kubernetes::newest_pod_security;
    auto control = [&](const PodSecurityBreach& breach) { return level == "baseline" || breach.restricted.empty() ? breach.baseline : breach.restricted; };
    const std::vector<std::string>& excluded = report.list("excludes");
    std::vector<PodSecurityBreach> breaches =
        kubernetes::pod_security_breaches(pod, level == "baseline" ? PodSecurityLevel::baseline : PodSecurityLevel::restricted, minor);
    std::erase_if(breaches, [&](const PodSecurityBreach& breach) { return std::find(excluded.begin(), excluded.end(), control(breach)) != excluded.end(); });
    if (breaches.empty() || !kubernetes::is_judged_by_pod_security(pod)) return;
    // One finding for each control, at the first place that breaks it; those of one control follow one another, but for what only one level asks.
    for (auto first = breaches.begin(); first != breaches.end(); ++first) {
        auto same = [&](const PodSecurityBreach& other) { return other.baseline == first->baseline && other.restricted == first->restricted; };
        if (std::any_of(breaches.begin(), first, same)) continue;
        Draft draft = place(pod, *first, message_of(*first, level, control(*first)), report);
        if (first->container) draft.container(*first->container);
        for (auto other = first + 1; other != breaches.end(); ++other)
            if (same(*other)) draft.related(span_of(pod, *other), "here too");
        const std::string baseline = "pss:baseline/" + std::string(first->baseline), restricted = "pss:restricted/" + std::string(first->restricted);
        draft.only({baseline, level == "baseline" ? "" : restricted, "kubescape:C-0211", "kyverno:podsecurity-subrule-baseline", "kyverno:restricted-latest",
                    "kyverno:restricted-exclude-capabilities", "kyverno:restricted-exclude-seccomp"});
        if (!newest) draft.without("pss");
    }
}

static constexpr Option options[] = {
    {.name = "profile", .type = Option::Type::text, .value = "restricted", .what = "baseline or restricted"},
    {.name = "version", .type = Option::Type::text, .what = "version of the policies, such as 1.29; without, kubernetes-version, else the newest"},
    {.name = "excludes", .what = "controls that are not enforced, such as hostPorts"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: true
                   ^^^^ restricted forbids 'true' here (hostNamespaces)
      containers:
      - name: app
        image: registry.example/app:1.2
        ports: [{containerPort: 80, hostPort: 80}]
                                              ^^ restricted forbids '80' here (hostPorts)
        securityContext: {capabilities: {add: [NET_ADMIN]}}
        ^^^^^^^^^^^^^^^ restricted asks for securityContext.allowPrivilegeEscalation: false (allowPrivilegeEscalation)
        ^^^^^^^^^^^^^^^ restricted asks for securityContext.runAsNonRoot: true (runAsNonRoot)
        ^^^^^^^^^^^^^^^ restricted asks for securityContext.seccompProfile.type: RuntimeDefault (seccompProfile_restricted)
                          ^^^^^^^^^^^^ restricted asks for securityContext.capabilities.drop: [ALL] (capabilities_restricted)
                                               ^^^^^^^^^ restricted forbids 'NET_ADMIN' here (capabilities_restricted)
      volumes:
      - name: data
        hostPath: {path: /data}
        ^^^^^^^^ restricted forbids this (restrictedVolumes)
)",
                                        .good = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: app
        image: registry.example/app:1.2
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: registry.example/app:1.2
    securityContext: {procMount: Unmasked}
                                 ^^^^^^^^ baseline forbids 'Unmasked' here (procMount)
    livenessProbe: {httpGet: {host: example.org, port: 80}}
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
    livenessProbe: {httpGet: {host: example.org, port: 80}}
)",
                                        .config = R"(checks:
  pss-profile-violated: {profile: baseline, version: "1.33"}
)",
                                        .path = "app.yaml"}};

extern constinit const Check pss_profile_violated = {
    .id = "pss-profile-violated",
    .title = "Pod breaks the selected Pod Security Standards profile.",
    .category = Category::compliance,
    .severity = Severity::medium,
    .profile = Profile::strict,
    .why = "The Pod Security Standards are what the API server enforces in a namespace that asks for baseline or restricted. This check judges exactly as it "
           "does and names every control that would keep the pod out; the single checks explain them and know exceptions.",
    .aliases = {"kubescape:C-0211",
                "kyverno:podsecurity-subrule-baseline",
                "kyverno:restricted-latest",
                "kyverno:restricted-exclude-capabilities",
                "kyverno:restricted-exclude-seccomp",
                "pss:baseline/capabilities_baseline",
                "pss:baseline/hostPathVolumes",
                "pss:baseline/hostProbesAndHostLifecycle",
                "pss:restricted/hostProbesAndHostLifecycle",
                "pss:baseline/appArmorProfile",
                "pss:restricted/appArmorProfile",
                "pss:baseline/seLinuxOptions",
                "pss:restricted/seLinuxOptions",
                "pss:baseline/procMount",
                "pss:baseline/seccompProfile_baseline",
                "pss:restricted/restrictedVolumes",
                "pss:restricted/allowPrivilegeEscalation",
                "pss:restricted/runAsNonRoot",
                "pss:restricted/runAsUser",
                "pss:restricted/seccompProfile_restricted",
                "pss:restricted/capabilities_restricted",
                "pss:restricted/procMount_restricted"},
    .standards = {"PSS-baseline", "PSS-restricted", "CIS-K8s-5.2.1", "NSA-pod-hardening"},
    .options = options,
    .examples = examples,
    .run = on_pods(run),
};

}
