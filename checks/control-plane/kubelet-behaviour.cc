#include "checks/control-plane/flag_rule.h"

// How the kubelet treats the node and its pods.

namespace plimsoll::checks::kubelet_behaviour {

static constexpr FlagRule kubelet_hostname_override = {.component = kubernetes::Component::kubelet,
                                                       .flag = "hostname-override",
                                                       .must = Must::be_unset,
                                                       .reason = "node names no longer follow the host, and certificates and logs are mixed up"};
static constexpr FlagRule kubelet_iptables_util_chains = {.component = kubernetes::Component::kubelet,
                                                          .flag = "make-iptables-util-chains",
                                                          .must = Must::not_be_false,
                                                          .reason = "rules that other components expect may be missing"};
static constexpr FlagRule kubelet_pod_pids_limit = {.component = kubernetes::Component::kubelet,
                                                    .flag = "pod-max-pids",
                                                    .must = Must::be_at_least,
                                                    .reason = "one pod can use up all process numbers of the node"};
static constexpr FlagRule kubelet_protect_kernel_defaults = {.component = kubernetes::Component::kubelet,
                                                             .flag = "protect-kernel-defaults",
                                                             .must = Must::be_true,
                                                             .reason = "the kubelet changes kernel settings that differ from what it expects"};
static constexpr FlagRule kubelet_seccomp_default = {.component = kubernetes::Component::kubelet,
                                                     .flag = "seccomp-default",
                                                     .must = Must::be_true,
                                                     .reason = "containers without a profile of their own run unconfined"};

// In a configuration file zero is replaced by the default of four hours, so only the flag can turn the timeout off.
static void judge_streaming(const kubernetes::Settings& settings, Reporter& report) {
    const kubernetes::Setting* setting = settings.find("streaming-connection-idle-timeout");
    if (setting && setting->known && kubernetes::duration_seconds(setting->value) == 0)
        at_setting(settings, *setting, setting->value_span, report,
                   says(*setting) + ": idle exec and port-forward streams stay open for ever; set it to 5m or so");
}

static constexpr Option qps_options[] = {
    {.name = "value", .type = Option::Type::text, .value = "", .what = "the rate that your policy asks for; 0 is unlimited"}};

// Benchmarks disagree whether events must be unlimited or bounded; without a policy there is nothing to say.
static void judge_events(const kubernetes::Settings& settings, Reporter& report) {
    const std::string_view wanted = report.text("value");
    const kubernetes::Setting* setting = settings.find("event-qps");
    if (wanted.empty()) return;
    if (setting && setting->known && setting->value != wanted)
        at_setting(settings, *setting, setting->value_span, report, says(*setting) + ": the policy of this project asks for " + std::string(wanted));
    else if (settings.absent("event-qps"))
        at_missing(settings, "event-qps", report, settings.shown("event-qps") + " is not set: the policy of this project asks for " + std::string(wanted));
}

static constexpr Option kubelet_pod_pids_limit_options[] = {{.name = "min", .type = Option::Type::number, .value = "1", .what = "smallest limit to accept"}};

static constexpr Example kubelet_event_qps_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
eventRecordQPS: 5
                ^ eventRecordQPS is '5': the policy of this project asks for 0
)",
                                                          .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
eventRecordQPS: 0
)",
                                                          .config = R"(checks: {kubelet-event-qps: {value: "0"}})",
                                                          .path = "app.yaml",
                                                          .fixed = false}};

static constexpr Example kubelet_hostname_override_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --hostname-override=node-a]
                       ^^^^^^^^^^^^^^^^^^^ --hostname-override is set: node names no longer follow the host, and certificates and logs are mixed up; remove it
)",
                                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --v=2]
)",
                                                                  .path = "app.yaml",
                                                                  .fixed = false}};

static constexpr Example kubelet_iptables_util_chains_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
makeIPTablesUtilChains: false
                        ^^^^^ makeIPTablesUtilChains is 'false': rules that other components expect may be missing; set it to true
)",
                                                                     .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
makeIPTablesUtilChains: true
)",
                                                                     .path = "app.yaml",
                                                                     .fixed = false}};

static constexpr Example kubelet_pod_pids_limit_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
podPidsLimit: -1
              ^^ podPidsLimit is '-1': one pod can use up all process numbers of the node; set it to 1 or more
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
      ^^^^^^^^^^^^^^^^^^^^ podPidsLimit is not set: one pod can use up all process numbers of the node; set it to 1 or more
maxPods: 110
)",
                                                               .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
podPidsLimit: 4096
)",
                                                               .path = "app.yaml",
                                                               .fixed = false}};

static constexpr Example kubelet_protect_kernel_defaults_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
protectKernelDefaults: false
                       ^^^^^ protectKernelDefaults is 'false': the kubelet changes kernel settings that differ from what it expects; set it to true
)",
                                                                        .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
protectKernelDefaults: true
)",
                                                                        .path = "app.yaml",
                                                                        .fixed = false}};

static constexpr Example kubelet_seccomp_default_examples[] = {{.bad = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
seccompDefault: false
                ^^^^^ seccompDefault is 'false': containers without a profile of their own run unconfined; set it to true
)",
                                                                .good = R"(
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
seccompDefault: true
)",
                                                                .path = "app.yaml",
                                                                .fixed = false}};

static constexpr Example kubelet_streaming_timeout_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --streaming-connection-idle-timeout=0]
                                                           ^ --streaming-connection-idle-timeout is '0': idle exec and port-forward streams stay open for ever; set it to 5m or so
)",
                                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: kubelet:v1.34.1
    command: [kubelet, --streaming-connection-idle-timeout=5m]
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
streamingConnectionIdleTimeout: 0s
)",
                                                                  .path = "app.yaml",
                                                                  .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "kubelet-event-qps",
        .title = "kubelet event rate limit loses events.",
        .category = Category::compliance,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Too low a rate drops events that explain what happened on the node; no limit at all lets one node flood the API "
               "server. The check is silent until the configuration says which rate you want.",
        .aliases = {"trivy:KCV-0087", "checkov:CKV_K8S_147", "kubescape:C-0180", "kics:1a07a446-8e61-4e4d-bc16-b0781fcb8211",
                    "mondoo:kubelet-event-record-qps"},
        .standards = {"CIS-K8s-4.2.8"},
        .options = qps_options,
        .examples = kubelet_event_qps_examples,
        .run = on_settings<kubernetes::Component::kubelet, judge_events>(),
    },
    {
        .id = "kubelet-hostname-override",
        .title = "kubelet host name is overridden.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Certificates, DNS and cloud providers know the node by its host name. Some clouds need the override; elsewhere it "
               "hides which machine is meant.",
        .aliases = {"trivy:KCV-0086", "checkov:CKV_K8S_146", "kubescape:C-0179", "kics:bf36b900-b5ef-4828-adb7-70eb543b7cfb"},
        .standards = {"CIS-K8s-4.2.7"},
        .examples = kubelet_hostname_override_examples,
        .run = on_flag<kubelet_hostname_override>(),
    },
    {
        .id = "kubelet-iptables-util-chains",
        .title = "kubelet does not manage iptables chains.",
        .category = Category::reliability,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "The kubelet keeps chains that port mapping and masquerading rely on. Off, they must be kept up by hand.",
        .aliases = {"trivy:KCV-0084", "checkov:CKV_K8S_145", "kubescape:C-0178", "kics:5f89001f-6dd9-49ff-9b15-d8cd71b617f4",
                    "mondoo:kubelet-iptables-util-chains"},
        .standards = {"CIS-K8s-4.2.6"},
        .examples = kubelet_iptables_util_chains_examples,
        .run = on_flag<kubelet_iptables_util_chains>(),
    },
    {
        .id = "kubelet-pod-pids-limit",
        .title = "kubelet sets no per-pod PID limit.",
        .category = Category::resources,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "A fork bomb in one container otherwise takes the process numbers that the kubelet and all other pods need.",
        .aliases = {"kubescape:C-0284"},
        .standards = {"CIS-K8s-4.2.13", "CIS-Docker-5.29"},
        .options = kubelet_pod_pids_limit_options,
        .examples = kubelet_pod_pids_limit_examples,
        .run = on_flag<kubelet_pod_pids_limit>(),
    },
    {
        .id = "kubelet-protect-kernel-defaults",
        .title = "kubelet may change kernel parameters.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::strict,
        .why = "With the setting the kubelet refuses to start on a host whose kernel settings are not as expected, instead of changing "
               "them behind the administrator's back.",
        .aliases = {"trivy:KCV-0083", "checkov:CKV_K8S_144", "kubescape:C-0177", "kics:6cf42c97-facd-4fda-b8af-ea4529123355",
                    "mondoo:kubelet-protect-kernel-defaults"},
        .standards = {"CIS-K8s-1.8-4.2.6"},
        .examples = kubelet_protect_kernel_defaults_examples,
        .run = on_flag<kubelet_protect_kernel_defaults>(),
    },
    {
        .id = "kubelet-seccomp-default",
        .title = "kubelet does not default to RuntimeDefault seccomp.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "With the setting RuntimeDefault is the profile of every container that asks for none, which keeps rarely used system "
               "calls out of reach.",
        .standards = {"CIS-K8s-4.2.14"},
        .examples = kubelet_seccomp_default_examples,
        .run = on_flag<kubelet_seccomp_default>(),
    },
    {
        .id = "kubelet-streaming-timeout",
        .title = "kubelet streaming connections never time out.",
        .category = Category::reliability,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "A stream that nobody uses holds memory, ports and credentials. The default of four hours closes forgotten ones.",
        .aliases = {"trivy:KCV-0085", "checkov:CKV_K8S_143", "kubescape:C-0176", "kics:ed89b97d-04e9-4fd4-919f-ee5b27e555e9"},
        .standards = {"CIS-K8s-4.2.5"},
        .examples = kubelet_streaming_timeout_examples,
        .run = on_settings<kubernetes::Component::kubelet, judge_streaming>(),
    },
};

extern constinit const std::span<const Check> kubelet_behaviour = table;

}
